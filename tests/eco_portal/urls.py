"""The portal's addresses, and one for each thing that can go wrong."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from accounts.access import public
from accounts.conflicts import Conflict
from eco_portal.urls import handler400, handler403, handler404, handler500, urlpatterns
from foundation.errors import TooManyAttempts, WrongStatus

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def failing(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    @public
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


@public
def broken(request: HttpRequest, secret: str) -> HttpResponse:
    raise ZeroDivisionError("division by zero")


def without_declaration(request: HttpRequest) -> HttpResponse:
    return HttpResponse("should not be seen")


urlpatterns = [
    *urlpatterns,
    path("fails/400/", failing(SuspiciousOperation())),
    path("fails/403/", failing(PermissionDenied())),
    path("fails/409/", failing(WrongStatus(Conflict.LAST_MANAGER))),
    path("fails/429/", failing(TooManyAttempts(42))),
    path("fails/500/<str:secret>/", broken),
    path("fails/503/", failing(OperationalError("password=hunter2 host=db.internal"))),
    path("undeclared/", without_declaration),
]
