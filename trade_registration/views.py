"""The administrator's pages about the registration as it is, and how the company is reached."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, members
from accounts.forms import answer
from accounts.models import Kind
from accounts.once import begin_act, done_once
from documents.responses import pdf
from email_verification.forms import CodeForm
from email_verification.services import (
    codes_left_today,
    confirm,
    is_refused,
    send_new_code,
    void_open_code,
    wanted_address,
)
from trade_registration import services
from trade_registration.forms import ContactForm
from trade_registration.models import CompanyData, TradeRegistration


@members(Kind.ADMINISTRATOR)
@require_safe
def overview(request: MemberRequest) -> HttpResponse:
    """登録内容/署名者確認"""
    return render(request, "trade_registration/overview.html", {"registration": _own_registration(request)})


@members(Kind.ADMINISTRATOR)
@require_safe
def certificate(request: MemberRequest) -> HttpResponse:
    """貿易登録証印刷"""
    registration = _own_registration(request)
    if registration.certificate_issued_on is None:
        raise Http404
    return pdf(services.print_certificate(registration, by=request.user), name="trade-registration")


@members(Kind.ADMINISTRATOR)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def contact(request: MemberRequest) -> HttpResponse:
    """連絡先等変更: in force at once, but for a new mailbox, which must be proved first."""
    registration = _own_registration(request)
    wanted = wanted_address(request.user)
    present = {field: getattr(registration, field) for field in CompanyData.CONTACT} | {"email": request.user.email}
    form = ContactForm(request.POST or None, initial=present, now=present, by=request.user, present=request.user.email)
    if form.is_valid():
        begin_act(request)
        email = form.cleaned_data.pop("email")
        if form.keep(partial(services.change_contact, registration, by=request.user, **form.cleaned_data)):
            return _changed(request, email, has_more=bool(form.kept))
    return answer(form, render(request, "trade_registration/contact.html", {"form": form, "wanted": wanted}))


def _changed(request: MemberRequest, email: str, *, has_more: bool) -> HttpResponse:
    """What was typed is kept; a new mailbox must be proved first."""
    if has_more:
        messages.success(request, _("連絡先を変更しました。変更はすぐに有効です。"))
    if email != request.user.email:
        send_new_code(request.user, address=email)
        return redirect("confirm_mailbox")
    return redirect("change_contact")


@members(Kind.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_mailbox(request: MemberRequest) -> HttpResponse:
    """The code that was mailed to the new address. Until it is entered, the old address counts."""
    wanted = wanted_address(request.user)
    if wanted is None:
        return redirect("change_contact")
    old_email = request.user.email
    form = CodeForm(partial(confirm, request.user, address=wanted.address), request.POST or None)
    if form.is_valid():
        services.note_new_mailbox(_own_registration(request), by=request.user, old_email=old_email)
        messages.success(request, _("メールアドレスを変更しました。今後のお知らせは、新しいアドレスに届きます。"))
        return redirect("change_contact")
    page = {
        "form": form,
        "wanted": wanted,
        "is_refused": is_refused(wanted),
        "codes_left": codes_left_today(request.user),
    }
    return render(request, "trade_registration/confirm_mailbox.html", page)


@members(Kind.ADMINISTRATOR)
@require_POST
@done_once
def send_mailbox_code(request: MemberRequest) -> HttpResponse:
    """The code again, to the same new address."""
    wanted = wanted_address(request.user)
    if wanted is None:
        return redirect("change_contact")
    begin_act(request)
    if send_new_code(request.user, address=wanted.address):
        messages.success(request, _("新しい確認コードをお送りします。以前の確認コードは使えません。"))
    else:
        messages.error(request, _("本日送信できる回数(5回)に達しました。明日もう一度お試しください。"))
    return redirect("confirm_mailbox")


@members(Kind.ADMINISTRATOR)
@require_POST
def keep_mailbox(request: MemberRequest) -> HttpResponse:
    """The present address stays."""
    void_open_code(request.user)
    messages.success(request, _("メールアドレスの変更を取りやめました。現在のアドレスが引き続き有効です。"))
    return redirect("change_contact")


def _own_registration(request: MemberRequest) -> TradeRegistration:
    return get_object_or_404(TradeRegistration.objects.visible_to(request.user).select_related("chamber"))
