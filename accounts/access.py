"""Who may call a view. Every view carries exactly one of these declarations; one that carries none answers 403 to everybody."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core import checks
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts import kept_input, second_factor
from accounts.models import Account, Ending, Kind, Role
from accounts.sessions import SessionStore, end_sessions
from audit.services import client_address
from foundation.errors import page
from foundation.proxy import address_of
from foundation.typed_before import texts_in, typed_before

View = TypeVar("View", bound=Callable[..., HttpResponse])

# Characters of an address that a redirect carries along, where a sign may be written as three. A header has its limits.
_LONGEST_WAY_BACK = 4000


class Step(Enum):
    """What an account must do before it reaches its first page. The value names the page."""

    SET_UP_SECOND_FACTOR = "set_up_second_factor"
    ENTER_SECOND_FACTOR = "enter_second_factor"
    VERIFY_MAILBOX = "enter_code"
    CHANGE_PASSWORD = "change_password"  # noqa: S105 (the name of a page)


@dataclass(frozen=True)
class Access:
    """A view's declaration: for the world, or for some kinds of ID and roles, at a step of the way in or after it."""

    kinds: frozenset[Kind] | None
    steps: frozenset[Step | None] = frozenset({None})
    roles: frozenset[str] = frozenset({"", *Role})
    visitors: bool = False

    def admits(self, account: Account) -> bool:
        """Whether the view is for this kind of ID and this role."""
        return self.kinds is not None and account.kind in self.kinds and account.role in self.roles


class VisitorRequest(HttpRequest):
    """A request as our middleware leaves it: with our session."""

    session: SessionStore
    account_id: int | None
    owner: str  # whose forms these are (accounts/kept_input.py), once the page is theirs to open
    is_filled_in_again: bool  # by what the owner typed before
    # Once somebody is logged in: the template that this kind of ID's pages extend, for pages that several kinds may open.
    frame: str


class MemberRequest(VisitorRequest):
    """A request to a view for members or staff: somebody is logged in."""

    user: Account


def public(view: View) -> View:
    """For everybody, logged in or not."""
    return _declare(view, Access(None))


def members(*kinds: Kind, steps: tuple[Step | None, ...] = (None,)) -> Callable[[View], View]:
    """For the given kinds of ID, once the given steps are due (None: nothing is due any more)."""
    return lambda view: _declare(view, Access(frozenset(kinds), frozenset(steps)))


def staff(*roles: Role, steps: tuple[Step | None, ...] = (None,)) -> Callable[[View], View]:
    """For the chamber's clerks with one of the roles, once the given steps are due."""
    return lambda view: _declare(view, Access(frozenset({Kind.STAFF}), frozenset(steps), frozenset(roles)))


def applicants(view: View) -> View:
    """For administrators, and for visitors: the view itself asks which case a visitor's mailed link has opened."""
    return _declare(view, Access(frozenset({Kind.ADMINISTRATOR}), visitors=True))


def _declare(view: View, access: Access) -> View:
    if hasattr(view, "access"):
        raise TypeError(f"{view.__name__} declares its access twice")
    view.access = access  # type: ignore[attr-defined]
    return view


def due_step(account: Account, session: SessionStore) -> Step | None:
    """What the account must do first: show the second factor, prove the mailbox, choose a password of its own."""
    if account.kind == Kind.STAFF and not session.second_factor_passed:
        return Step.ENTER_SECOND_FACTOR if second_factor.is_set_up(account) else Step.SET_UP_SECOND_FACTOR
    if account.must_verify_mailbox or (account.must_prove_to_be_the_owner and not session.mailbox_proved):
        return Step.VERIFY_MAILBOX
    if account.must_change_password:
        return Step.CHANGE_PASSWORD
    return None


def first_page(account: Account) -> str:
    """The name of the page where the account's work begins."""
    return "desk" if account.kind == Kind.STAFF else "menu"


def next_page(request: HttpRequest, account: Account) -> str:
    """Where the person was (``?next=``), if that is a page of ours that this ID may open; otherwise the first page."""
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.startswith("/") and admits(wanted, account) else first_page(account)


def admits(url: str, account: Account) -> bool:
    """Whether the page at this address of ours is one that the account may open."""
    try:
        access = getattr(resolve(url.split("?")[0]).func, "access", None)
    except Resolver404:
        return False
    return access is not None and access.admits(account)


class AccountMiddleware:
    """Gives the request its account, and the audit the client's address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: VisitorRequest) -> HttpResponse:
        request.user = cast(Any, SimpleLazyObject(lambda: request.session.account or AnonymousUser()))
        token = client_address.set(address_of(request))
        try:
            return self.get_response(request)
        finally:
            client_address.reset(token)


class AccessMiddleware:
    """Enforces the declarations, sends people to the step that is due, and lets nothing be kept by a browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = typed_before.set(None)
        try:
            response = self.get_response(request)
        finally:
            typed_before.reset(token)
        if request.method == "POST" and response.status_code == 302 and (owner := getattr(request, "owner", "")):
            kept_input.forget_sent(request, owner)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def process_view(
        self, request: VisitorRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        access: Access | None = getattr(view, "access", None)
        if access is None:
            raise PermissionDenied
        if access.kinds is None:
            return None
        account = request.session.account
        if account is None:
            # Whoever was logged in here a moment ago is no visitor, and is told why not any more.
            if access.visitors and not request.session.was_an_accounts:
                _begin(request)
                return None
            return _keeping_what_was_typed(request, access) or _given_back(request) or _to_login(request)
        request.user, request.account_id = account, account.pk
        request.frame = "base_staff.html" if account.kind == Kind.STAFF else "base_member.html"
        if not account.is_usable:
            end_sessions(account, because=Ending.STOPPED)
            return _to_login(request)
        if not access.admits(account):
            raise PermissionDenied
        step = due_step(account, request.session)
        if step in access.steps:
            _begin(request)
            return None
        if step == Step.ENTER_SECOND_FACTOR:
            return _by_way_of(step.value, request)
        return redirect(step.value if step else first_page(account))


def _keeping_what_was_typed(request: VisitorRequest, access: Access) -> HttpResponse | None:
    """The login page, which leads back to the form; None where nothing is kept."""
    account = request.session.ended_account
    if request.method != "POST" or account is None:
        return None

    def login(form_page: str) -> str:
        return f"{redirect_to_login(form_page, settings.LOGIN_URL)['Location']}&kept=1"

    return _kept_of_account(request, account, access, login)


def _given_back(request: HttpRequest) -> HttpResponse | None:
    """What was written after a logout is kept for nobody: whoever logs in next at this browser may be somebody else. It stands in
    the answer for whoever sent it, and nowhere else. None where nothing was written."""
    return page(403, name="old_page", request=request) if texts_in(request.POST) else None


def _kept_of_account(
    request: HttpRequest, account: Account, access: Access, leads: Callable[[str], str]
) -> HttpResponse | None:
    """Keeps what was typed into a page that the account may open; see ``keeping``."""
    if None not in access.steps or not access.admits(account):
        return None
    return keeping(request, kept_input.of_account(account.pk), leads)


def keeping(request: HttpRequest, owner: str, leads: Callable[[str], str]) -> HttpResponse | None:
    """Keeps what was typed for its owner, and goes where the form's page ``leads``; None where nothing is kept."""
    kept = kept_input.keep(request, owner)
    if kept is None:
        return None
    form_page, secret = kept
    response = redirect(leads(form_page))
    kept_input.give_secret(response, secret)
    return response


def _begin(request: VisitorRequest) -> None:
    """The page's forms show what its owner typed before the session ended, and the page says that it is not saved."""
    request.owner = request.session.owner
    if request.method == "GET" and request.owner and (typed := kept_input.kept_for(request, request.owner)):
        typed_before.set(typed)
        request.is_filled_in_again = True


def old_page(request: VisitorRequest, reason: str = "") -> HttpResponse:
    """A form of a page that is older than a login in another tab. Whoever is logged in is led to their first page from the login,
    and from other pages to the form again, filled in. A form of another site is refused: what it holds nobody typed here."""
    account = request.session.account
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    view = request.resolver_match.func if request.resolver_match else None
    access: Access | None = getattr(view, "access", None)
    if not ours:
        return page(403, name="old_page")
    if account is None or access is None:
        return page(403, name="old_page", request=request)
    if access.kinds is None:
        if request.path != resolve_url(settings.LOGIN_URL):
            return page(403, name="old_page", request=request)
        messages.info(request, _("ほかの画面で、すでにログインしています。"))
        return redirect(first_page(account))
    kept = _kept_of_account(request, account, access, lambda form_page: form_page)
    return kept or page(403, name="old_page", request=request)


def _to_login(request: HttpRequest) -> HttpResponse:
    """The login page, which says why."""
    return _by_way_of(settings.LOGIN_URL, request)


def _by_way_of(page: str, request: HttpRequest) -> HttpResponse:
    """A page that brings the person back to where they were, unless that has an address beyond all measure."""
    was_at = request.get_full_path()
    leads_back = request.method == "GET" and len(was_at) <= _LONGEST_WAY_BACK
    return redirect_to_login(was_at, page) if leads_back else redirect(page)


def declared_views(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every route of the portal with its view."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.callback
        else:
            yield from declared_views(pattern, route)


@checks.register(checks.Tags.security)
def every_view_declares_access(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Fails ``manage.py check`` when a view is without declaration."""
    return [
        checks.Error(f"{route} has no access declaration", obj=view, id="accounts.E001")
        for route, view in declared_views()
        if not isinstance(getattr(view, "access", None), Access)
    ]
