"""Who may call a view. Every view carries exactly one of these declarations; one that carries none answers 403 to everybody."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core import checks
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.utils.functional import SimpleLazyObject

from accounts.models import Account, Ending, Kind
from accounts.sessions import SessionStore, end_sessions
from audit.services import client_address

View = TypeVar("View", bound=Callable[..., HttpResponse])


class Step(Enum):
    """What an account must do before it reaches the menu. The value names the page."""

    VERIFY_MAILBOX = "enter_code"
    CHANGE_PASSWORD = "change_password"  # noqa: S105 (the name of a page)


@dataclass(frozen=True)
class Access:
    """A view's declaration: for the world, or for some kinds of ID, at a step of the way in or after it."""

    kinds: frozenset[Kind] | None
    steps: frozenset[Step | None] = frozenset({None})


class VisitorRequest(HttpRequest):
    """A request as our middleware leaves it: with our session."""

    session: SessionStore
    account_id: int | None


class MemberRequest(VisitorRequest):
    """A request to a view for members: somebody is logged in."""

    user: Account


def public(view: View) -> View:
    """For everybody, logged in or not."""
    return _declare(view, Access(None))


def members(*kinds: Kind, steps: tuple[Step | None, ...] = (None,)) -> Callable[[View], View]:
    """For the given kinds of ID, once the given steps are due (None: nothing is due any more)."""
    return lambda view: _declare(view, Access(frozenset(kinds), frozenset(steps)))


def _declare(view: View, access: Access) -> View:
    if hasattr(view, "access"):
        raise TypeError(f"{view.__name__} declares its access twice")
    view.access = access  # type: ignore[attr-defined]
    return view


def due_step(account: Account) -> Step | None:
    """What the account must do first: prove the mailbox, then choose a password of its own."""
    if account.must_verify_mailbox:
        return Step.VERIFY_MAILBOX
    if account.must_change_password:
        return Step.CHANGE_PASSWORD
    return None


def admits(url: str, account: Account) -> bool:
    """Whether the page at this address of ours is one that the account may open."""
    try:
        access = getattr(resolve(url.split("?")[0]).func, "access", None)
    except Resolver404:
        return False
    return access is not None and access.kinds is not None and account.kind in access.kinds


def address_of(request: HttpRequest) -> str:
    """The client's network address. Behind a proxy it is what the proxy says, and nothing else."""
    name = "HTTP_X_REAL_IP" if settings.ECO_BEHIND_PROXY else "REMOTE_ADDR"
    return str(request.META.get(name) or "0.0.0.0")  # noqa: S104 (no address to bind to: an unknown client)


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
        response = self.get_response(request)
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
            return _to_login(request)
        request.user, request.account_id = account, account.pk
        if not account.is_usable:
            end_sessions(account, because=Ending.STOPPED)
            return _to_login(request)
        if account.kind not in access.kinds:
            raise PermissionDenied
        step = due_step(account)
        if step in access.steps:
            return None
        return redirect(step.value if step else settings.LOGIN_REDIRECT_URL)


def _to_login(request: HttpRequest) -> HttpResponse:
    """The login page, which says why and brings the person back to where they were."""
    here = request.get_full_path() if request.method == "GET" else ""
    return redirect_to_login(here) if here else redirect(settings.LOGIN_URL)


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
