"""「メールアドレス認証が必要です。」: entering the code, and having it sent again."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, Step, members
from accounts.models import MEMBERS
from accounts.once import begin_act, done_once
from email_verification import services
from email_verification.forms import CodeForm
from email_verification.presentation import masked
from signers.holds import prove_mailbox


@members(*MEMBERS, steps=(Step.VERIFY_MAILBOX,))
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: MemberRequest) -> HttpResponse:
    form = CodeForm(partial(prove_mailbox, request.user, session=request.session), request.POST or None)
    if form.is_valid():
        messages.success(request, _("メールアドレスを確認しました。"))
        return redirect("menu")
    # Where an entry was judged, the code stays as it is: a new one would void the one that is being entered.
    was_entered = request.method == "POST"
    find = services.latest_to_present_address if was_entered else services.send_first_code
    code = find(request.user)
    page = {
        "form": form,
        "is_sent": was_entered or code is not None,
        "is_refused": code is not None and services.is_refused(code),
    }
    return render(request, "signers/enter_code.html", page)


@members(*MEMBERS, steps=(Step.VERIFY_MAILBOX,))
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def check_address(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        begin_act(request)
        if services.send_new_code(request.user):
            messages.success(request, _("新しい確認コードをお送りします。以前の確認コードは使えません。"))
            return redirect("enter_code")
        messages.error(request, _("本日送信できる回数(5回)に達しました。明日もう一度お試しください。"))
    code = services.latest_to_present_address(request.user)
    page = {
        "address": masked(request.user.email),
        "verification": code,
        "is_refused": code is not None and services.is_refused(code),
        "codes_left": services.codes_left_today(request.user),
    }
    return render(request, "signers/check_address.html", page)
