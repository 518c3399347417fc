"""What can go wrong for a person, and the one place that turns it into a page."""

import logging
import sys
from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError, models
from django.http import HttpRequest, HttpResponse
from django.template import loader

from documents.apart import Busy
from foundation.typed_before import texts_in

log = logging.getLogger(__name__)


class WrongStatus(Exception):
    """Things have moved on since the page was opened: the verb is no longer allowed. Shown as 409 with a way back.

    ``conflict`` is why: its value stands in the log, its label on the page where it says something.
    """

    def __init__(self, conflict: models.TextChoices) -> None:
        super().__init__(conflict.value)
        self.conflict = conflict


class TooManyAttempts(Exception):
    """A limit is reached. Shown as 429. ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


def page(
    status: int,
    *,
    retry_after: int | None = None,
    name: str = "",
    said: str = "",
    request: HttpRequest | None = None,
) -> HttpResponse:
    """The error page for a status, or the one of this name, with what there is to say of this very error. Needs neither database
    nor session. What a form's ``request`` has sent in vain stands there, for whoever wrote it to take along."""
    template, typed = loader.get_template(f"errors/{name or status}.html"), _written_in_vain(request)
    response = HttpResponse(template.render({"said": said, "typed": typed}), status=status)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def _written_in_vain(request: HttpRequest | None) -> list[str]:
    """Nothing before a view was found: until then nobody has looked whether the form is ours."""
    return texts_in(request.POST) if request and request.resolver_match and request.method == "POST" else []


def page_for(error: BaseException | None, request: HttpRequest | None = None) -> HttpResponse | None:
    """The page for an error that has one of its own; None for a programming error."""
    match error:
        case WrongStatus():
            log.info("refused: %s", error.conflict.value)
            return page(409, said=error.conflict.label, request=request)
        case TooManyAttempts():
            return page(429, retry_after=error.retry_after)
        case Busy():
            return page(503, retry_after=10, request=request)
        case OperationalError() | InterfaceError():
            log.error("database unavailable: %s", type(error).__name__)
            return page(503, retry_after=10, request=request)
    return None


class ErrorPageMiddleware:
    """Shows a view's expected errors as pages, so that no view needs a ``try``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405:
            shown = page(405)
            shown["Allow"] = response["Allow"]
            return shown
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return page_for(error, request)


def bad_request(request: HttpRequest, exception: SuspiciousOperation) -> HttpResponse:
    return page(400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(404, request=request)


def server_error(request: HttpRequest) -> HttpResponse:
    """Also reached when the database fails below the views, in the session."""
    return page_for(sys.exc_info()[1]) or page(500)
