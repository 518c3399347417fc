"""The pages that belong to no single app: the menu, and what an operator's probe asks."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, members, public
from accounts.models import MEMBERS, Kind
from mailing.services import oldest_due_age
from signers.checklist import steps_for

# Mail is delivered every 2 seconds; older than this, nobody delivers any more.
_OLDEST_MAIL = 300.0


@members(*MEMBERS)
@require_safe
def menu(request: MemberRequest) -> HttpResponse:
    """メインメニュー, made of what this kind of ID may do."""
    if request.user.kind == Kind.ADMINISTRATOR:
        return render(request, "menu/administrator.html", {"steps": steps_for(request.user)})
    return render(request, f"menu/{request.user.kind}.html")


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
