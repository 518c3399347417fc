"""A registered company at its chamber: its page, the 貿易登録証, suspension and deletion, and its IDs."""

from uuid import UUID

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import services as accounts
from accounts.access import MemberRequest, staff
from accounts.forms import answer
from accounts.models import MEMBERS, Account, Kind, PasswordOrigin, Role
from accounts.once import begin_act, done_once
from casework import services as casework
from casework.models import Case
from desk.forms import ReasonForm, ReissueForm
from desk.paging import ROWS_A_PAGE
from desk.registration_history import history_of
from documents.responses import pdf
from foundation.errors import WrongStatus
from foundation.paging import page_by_key
from mailing.refusals import refused_to
from trade_registration import services
from trade_registration.conflicts import Conflict
from trade_registration.models import TradeRegistration

Status = TradeRegistration.Status


@staff(*Role)
@require_safe
def staff_registration(request: MemberRequest, number: str) -> HttpResponse:
    """The data in force, the IDs, the cases, and what has happened."""
    registration = _registration(request, number)
    ids = Account.objects.visible_to(request.user).filter(registration=registration)
    rows = ids.select_related("signer", "parent").defer("signer__specimen").order_by("kind", "pk")
    shown = page_by_key(rows, request.GET, size=ROWS_A_PAGE, name="ids")
    cases = Case.objects.visible_to(request.user).filter(registration=registration).order_by("-submitted_at", "-pk")
    mailbox = ids.filter(kind=Kind.ADMINISTRATOR).values_list("email", flat=True).first() or ""
    page = {
        "registration": registration,
        "page": shown,
        "locked": accounts.locked_until(request.user.chamber, shown.rows),
        "last_login": ids.filter(last_login_at__isnull=False).order_by(F("last_login_at").desc()).first(),
        "held": ids.filter(signer__held_at__isnull=False).order_by("pk"),
        "cases": page_by_key(cases, request.GET, size=ROWS_A_PAGE, name="cases"),
        "history": history_of(registration, chamber=request.user.chamber, asked=request.GET),
        "mailbox": mailbox,
        "refused": refused_to(registration.chamber, mailbox),
    }
    return render(request, "desk/registration.html", page)


@staff(*Role)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_certificate(request: MemberRequest, number: str) -> HttpResponse:
    """貿易登録証の印刷: issue, then print."""
    registration = _registration(request, number)
    if request.method == "POST":
        services.issue_certificate(registration, by=request.user)
        messages.success(request, _("貿易登録証を発行しました。初期パスワードが印字されるのは本日限りです。"))
        return redirect("staff_certificate", number)
    administrator = registration.administrator
    is_unused = administrator.password_origin == PasswordOrigin.INITIAL and registration.is_in_force
    page = {
        "registration": registration,
        "administrator": administrator,
        "shows_password": is_unused and registration.certificate_issued_on == timezone.localdate(),
    }
    return render(request, "desk/certificate.html", page)


@staff(*Role)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def reissue_certificate(request: MemberRequest, number: str) -> HttpResponse:
    """貿易登録証の再発行: a new password in place of the present one."""
    registration = _registration(request, number)
    services.check_reissuable(registration)
    present = registration.administrator.email
    form = ReissueForm(request.POST or None, initial={"email": present}, by=request.user, present=present)
    if form.is_valid():
        begin_act(request)
        services.reissue_certificate(registration, email=form.cleaned_data["email"], by=request.user)
        messages.success(request, _("貿易登録証を再発行しました。新しい初期パスワードが印字されるのは本日限りです。"))
        return redirect("staff_certificate", number)
    page = {"registration": registration, "form": form}
    return answer(form, render(request, "desk/reissue_certificate.html", page))


@staff(*Role)
@require_safe
def staff_certificate_pdf(request: MemberRequest, number: str) -> HttpResponse:
    registration = _registration(request, number)
    if registration.certificate_issued_on is None:
        raise Http404
    return pdf(services.print_certificate(registration, by=request.user), name="trade-registration")


@staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def suspend_registration(request: MemberRequest, number: str) -> HttpResponse:
    """貿易登録の停止"""
    registration = _registration_that_may_become(request, number, Status.SUSPENDED)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        begin_act(request)
        services.suspend(registration, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("貿易登録を停止しました。この企業のIDはログインできません。"))
        return redirect("staff_registration", number)
    return render(request, "desk/suspend_registration.html", {"registration": registration, "form": form})


@staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def lift_suspension(request: MemberRequest, number: str) -> HttpResponse:
    """貿易登録の停止の解除"""
    registration = _registration_that_may_become(request, number, Status.IN_FORCE)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        begin_act(request)
        services.lift_suspension(registration, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("停止を解除しました。この企業のIDは、再びログインできます。"))
        return redirect("staff_registration", number)
    return render(request, "desk/lift_suspension.html", {"registration": registration, "form": form})


@staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def delete_registration(request: MemberRequest, number: str) -> HttpResponse:
    """貿易登録の抹消"""
    registration = _registration_that_may_become(request, number, Status.DELETED)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        begin_act(request)
        casework.delete_registration(registration, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("貿易登録を抹消しました。"))
        return redirect("staff_registration", number)
    return render(request, "desk/delete_registration.html", {"registration": registration, "form": form})


@staff(*Role)
@require_http_methods(["GET", "HEAD", "POST"])
def unlock_id(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """IDのロック解除: the wrong passwords that were counted are forgotten."""
    members = Account.objects.visible_to(request.user).filter(kind__in=MEMBERS).select_related("chamber")
    account = get_object_or_404(members, public_id=public_id)
    registration = get_object_or_404(TradeRegistration.objects.visible_to(request.user), accounts=account)
    if request.method == "POST":
        accounts.unlock(account, by=request.user)
        messages.success(request, _("%(name)s のIDのロックを解除しました。") % {"name": account.name})
        return redirect("staff_registration", registration.registration_number)
    locked_until = accounts.locked_until(request.user.chamber, [account]).get(account.pk)
    page = {"account": account, "registration": registration, "locked_until": locked_until}
    return render(request, "desk/unlock_id.html", page)


def _registration(request: MemberRequest, number: str) -> TradeRegistration:
    seen = TradeRegistration.objects.visible_to(request.user).select_related("chamber")
    return get_object_or_404(seen, registration_number=number)


def _registration_that_may_become(request: MemberRequest, number: str, status: Status) -> TradeRegistration:
    """The registration; WrongStatus where its status may not become this one."""
    registration = _registration(request, number)
    if status not in TradeRegistration.TRANSITIONS[registration.status]:
        raise WrongStatus(Conflict(registration.status))
    return registration
