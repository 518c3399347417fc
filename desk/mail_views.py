"""送信できなかったメール: what did not reach anybody, for the manager to send again or to settle in another way."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, staff
from accounts.models import Role
from desk.paging import ROWS_A_PAGE
from foundation.paging import page_by_key
from mailing import refusals


@staff(Role.MANAGER)
@require_safe
def refused_mails(request: MemberRequest) -> HttpResponse:
    page = page_by_key(request.user.chamber.mails.refused(), request.GET, size=ROWS_A_PAGE)
    return render(request, "desk/refused_mails.html", {"page": page})


@staff(Role.MANAGER)
@require_POST
def send_all_again(request: MemberRequest) -> HttpResponse:
    chamber = request.user.chamber
    number = refusals.send_again(chamber.mails.refused(), chamber=chamber, by=request.user)
    messages.success(
        request, _("%(number)d通を再送します。送信できない場合は、この一覧に再び表示されます。") % {"number": number}
    )
    return redirect("refused_mails")


@staff(Role.MANAGER)
@require_POST
def send_again(request: MemberRequest, key: int) -> HttpResponse:
    chamber = request.user.chamber
    mail = get_object_or_404(chamber.mails, pk=key)
    if refusals.send_again(chamber.mails.filter(pk=mail.pk), chamber=chamber, by=request.user):
        messages.success(request, _("再送します。送信できない場合は、この一覧に再び表示されます。"))
    else:
        messages.info(request, _("このメールは、すでに再送されたか、対応済みになっています。"))
    return redirect("refused_mails")


@staff(Role.MANAGER)
@require_POST
def set_aside(request: MemberRequest, key: int) -> HttpResponse:
    chamber = request.user.chamber
    mail = get_object_or_404(chamber.mails, pk=key)
    if refusals.set_aside(chamber.mails.filter(pk=mail.pk), chamber=chamber, by=request.user):
        messages.success(request, _("対応済みにしました。"))
    else:
        messages.info(request, _("このメールは、すでに再送されたか、対応済みになっています。"))
    return redirect("refused_mails")
