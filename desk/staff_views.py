"""The clerks' desk: what waits, and whose it is."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import services as accounts
from accounts.access import MemberRequest, staff
from accounts.models import Role
from casework.dossier import age
from desk import queue, search
from desk.forms import SearchForm
from desk.paging import ROWS_A_PAGE
from desk.search import Group
from foundation.paging import page_by_key

_EXPIRING_SHOWN = 10
# Of each kind, so that all three are in sight.
_FOUND_SHOWN = 10


@staff(*Role)
@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """審査デスク. Looking at it changes nothing: whoever examines a case in another tab goes on holding it."""
    tab = next((each for each in queue.tabs() if each.key == request.GET.get("tab")), queue.ALL)
    now = timezone.now()
    cases = page_by_key(queue.waiting(request.user, tab), request.GET, size=ROWS_A_PAGE)
    page = {
        "tab": tab,
        "tabs": queue.counts(request.user),
        "page": cases,
        "waiting": [(case, age(case.waiting_since), case.holder(now)) for case in cases.rows if case.waiting_since],
        "expiring": page_by_key(queue.expiring(request.user), QueryDict(), size=_EXPIRING_SHOWN),
        "held": page_by_key(queue.held(request.user), QueryDict(), size=ROWS_A_PAGE),
        "has_refused_mail": request.user.is_manager and request.user.chamber.mails.refused().exists(),
        "today": timezone.localdate(),
    }
    return render(request, "desk/desk.html", page)


@staff(*Role)
@require_safe
def expiring(request: MemberRequest) -> HttpResponse:
    """まもなく満了する貿易登録"""
    page = page_by_key(queue.expiring(request.user), request.GET, size=ROWS_A_PAGE)
    return render(request, "desk/expiring.html", {"page": page})


@staff(*Role)
@require_safe
def companies(request: MemberRequest) -> HttpResponse:
    """企業・ID検索: one box over companies, cases and IDs. Empty, it lists one of them, the companies unless told otherwise."""
    form = SearchForm(request.GET)
    form.is_valid()
    term, wanted = form.cleaned_data["q"], request.GET.get("group", "")
    only = Group(wanted) if wanted in Group.values else None if term else Group.COMPANIES
    found = (
        {only: search.find(request.user, only, term, asked=request.GET)}
        if only
        else {group: search.find(request.user, group, term, asked={}, size=_FOUND_SHOWN) for group in Group}
    )
    ids = found[Group.IDS].rows if Group.IDS in found else []
    page = {
        "form": form,
        "term": term,
        "only": only,
        "groups": Group,
        "found": found,
        "is_empty": not any(each.rows for each in found.values()),
        "locked": accounts.locked_until(request.user.chamber, ids),
    }
    return render(request, "desk/companies.html", page)
