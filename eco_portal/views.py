"""The pages that belong to no single app: the menu, and what an operator's probe asks."""

import datetime as dt

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, members, public
from accounts.models import MEMBERS, Kind
from eco_portal.menu import administrators_menu, signers_menu, sub_ids_menu
from mailing.services import oldest_due_age

# Mail is delivered every 2 seconds; older than this, nobody delivers any more.
_OLDEST_MAIL = 300.0
_MENUS = {Kind.ADMINISTRATOR: administrators_menu, Kind.SIGNER: signers_menu, Kind.SUB_USER: sub_ids_menu}
# How long before renewals open the menu speaks of it.
_SOON = dt.timedelta(days=14)


@members(*MEMBERS)
@require_safe
def menu(request: MemberRequest) -> HttpResponse:
    """メインメニュー, made of what this kind of ID may do, under what the chamber and the calendar have to say."""
    account = request.user
    page = {"validity": _validity(request, timezone.localdate()), "menu": _MENUS[Kind(account.kind)](account)}
    return render(request, f"menu/{account.kind}.html", page)


def _validity(request: MemberRequest, today: dt.date) -> str:
    """What there is to say about the registration's end: expired, due for renewal, soon due, or nothing."""
    registration = request.user.registration
    if registration is None:
        return ""
    registration.chamber = request.user.chamber
    if registration.is_expired:
        return "expired"
    days_left = registration.renewal_opens_on - today
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
