"""The pages that belong to no single app: the menu, and what an operator's probe asks."""

import datetime as dt

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, members, public
from accounts.models import MEMBERS, Kind
from casework.models import Case
from chambers.models import members_notice
from mailing.services import oldest_due_age
from signers.checklist import steps_for

# Mail is delivered every 2 seconds; older than this, nobody delivers any more.
_OLDEST_MAIL = 300.0
# How long before renewals open the menu speaks of it.
_SOON = dt.timedelta(days=14)


@members(*MEMBERS)
@require_safe
def menu(request: MemberRequest) -> HttpResponse:
    """メインメニュー, made of what this kind of ID may do, under what the chamber and the calendar have to say."""
    account, validity = request.user, _validity(request)
    page: dict[str, object] = {
        "notice": members_notice(account.chamber_id, on=timezone.localdate()),
        "validity": validity,
    }
    if account.kind == Kind.ADMINISTRATOR:
        asked = Case.objects.visible_to(request.user).open().first() if validity in ("due", "expired") else None
        page |= {"steps": steps_for(account), "open_case": asked}
    return render(request, f"menu/{account.kind}.html", page)


def _validity(request: MemberRequest) -> str:
    """What there is to say about the registration's end: expired, due for renewal, soon due, or nothing."""
    registration = request.user.registration
    if registration is None:
        return ""
    registration.chamber = request.user.chamber
    if registration.is_expired:
        return "expired"
    days_left = registration.renewal_opens_on - timezone.localdate()
    return "due" if days_left <= dt.timedelta(0) else "soon" if days_left <= _SOON else ""


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@public
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers, and mail leaves: 503 when the oldest due mail is more than five minutes old."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    age = oldest_due_age()
    ready = age <= _OLDEST_MAIL
    facts = {"status": "ok" if ready else "mail is late", "oldest_due_mail_seconds": round(age)}
    return JsonResponse(facts, status=200 if ready else 503)
