"""The two lists, made with Paginator and icontains."""

from functools import partial
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from accounts import services
from accounts.access import MemberRequest, members, staff
from accounts.models import Account, Kind, Role
from desk.forms import SearchForm
from desk.paging import ROWS_A_PAGE as ROWS_OF_IDS
from desk.search import Group, rows_of
from signers.forms import SearchForm as SignerForm
from signers.views import ROWS_A_PAGE, SHOWN

_COUNTED = 1_000


class ShyPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than people read, and takes the planner's estimate where everything is listed."""

    is_everything = False

    @cached_property
    def count(self) -> int:
        if self.is_everything:
            with connection.cursor() as cursor:
                cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'accounts_account'::regclass")
                return int(cursor.fetchone()[0])
        rows: QuerySet[Account] = self.object_list  # type: ignore[assignment]
        return rows.order_by()[: _COUNTED + 1].count()


class _Numbered:
    """What the page of the signers needs to know of a Paginator's page."""

    def __init__(self, page: "Page[Account]") -> None:
        self.rows, self.count = list(page.object_list), page.paginator.count
        self.has_previous, self.has_next = page.has_previous(), page.has_next()
        self.first_address = "?page=1"
        self.previous_address, self.next_address = f"?page={page.number - 1}", f"?page={page.number + 1}"


class _Rows:
    """What the page of the desk needs to know of its rows."""

    has_newer = has_older = False

    def __init__(self, rows: list[Account]) -> None:
        self.rows = rows


@members(Kind.ADMINISTRATOR)
@require_safe
def signers(request: MemberRequest) -> HttpResponse:
    """署名者一覧"""
    form = SignerForm(request.GET)
    form.is_valid()
    given = {f"{name}__icontains": form.cleaned_data[name] for name in ("name", "login_id", "email")}
    wanted = {name: term for name, term in given.items() if term}
    rows = Account.objects.visible_to(request.user).filter(kind=Kind.SIGNER, **wanted)
    found = rows.select_related("signer").only(*SHOWN).order_by("pk")
    page = _Numbered(Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page")))
    return render(request, "signers/signer_list.html", {"form": form, "page": page, "with_sub_ids": False})


@staff(*Role)
@require_safe
def ids(request: MemberRequest, paginator: "type[Paginator[Any]]") -> HttpResponse:
    """企業・ID検索, the IDs."""
    form = SearchForm(request.GET)
    form.is_valid()
    term = form.cleaned_data["q"]
    rows: QuerySet[Account] = rows_of(request.user, Group.IDS).order_by("-pk")
    if term:
        rows = rows.filter(Q(name__icontains=term) | Q(login_id__icontains=term) | Q(email__icontains=term))
    pages = paginator(rows, ROWS_OF_IDS)
    if isinstance(pages, ShyPaginator):
        pages.is_everything = not term
    shown = list(pages.get_page(request.GET.get("page")))
    page = {
        "form": form,
        "term": term,
        "only": Group.IDS,
        "groups": Group,
        "found": {Group.IDS: _Rows(shown)},
        "is_empty": not shown,
        "locked": services.locked_until(request.user.chamber, shown),
    }
    return render(request, "desk/companies.html", page)


def _with(paginator: "type[Paginator[Any]]") -> Any:
    view = partial(ids, paginator=paginator)
    view.access = ids.access  # type: ignore[attr-defined]
    return view


urlpatterns = [
    path("paginator/signers/", signers),
    path("paginator/ids/", _with(Paginator)),
    path("shy/ids/", _with(ShyPaginator)),
    path("", include("eco_portal.urls")),
]
