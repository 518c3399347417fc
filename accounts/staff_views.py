"""The clerks' second factor, their own settings, and the manager's pages about the clerks."""

from functools import partial
from textwrap import wrap
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import second_factor, services, staff
from accounts.access import MemberRequest, Step, next_page, public
from accounts.access import staff as for_staff
from accounts.forms import NewPasswordForm, answer
from accounts.invitation_links import opened_by
from accounts.models import Account, PasswordOrigin, Role
from accounts.once import begin_act, done_once
from accounts.staff_forms import (
    InvitationAgainForm,
    InvitationForm,
    RecoveryCodesForm,
    RoleForm,
    SecondFactorForm,
    SetUpForm,
)
from mailing.refusals import refused_to


@for_staff(*Role, steps=(Step.SET_UP_SECOND_FACTOR,))
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def set_up_second_factor(request: MemberRequest) -> HttpResponse:
    """二段階認証の設定: the QR code, then the recovery codes, shown once."""
    form = SetUpForm(request.user, request.session, request.POST or None)
    if form.is_valid():
        return render(request, "accounts/new_recovery_codes.html", {"codes": form.recovery_codes, "is_first": True})
    key = second_factor.key_to_set_up(request.session)
    picture = segno.make(second_factor.address_to_scan(request.user, key), micro=False).svg_inline(scale=5)
    page = {"form": form, "key": wrap(key, 4), "qr": mark_safe(picture)}  # noqa: S308 (our own drawing)
    return answer(form, render(request, "accounts/set_up_second_factor.html", page))


@for_staff(*Role, steps=(Step.ENTER_SECOND_FACTOR,))
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def enter_second_factor(request: MemberRequest) -> HttpResponse:
    """二段階認証"""
    form = SecondFactorForm(request.user, request.session, request.POST or None)
    if form.is_valid():
        return redirect(next_page(request, request.user))
    return answer(form, render(request, "accounts/enter_second_factor.html", {"form": form}))


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def accept_invitation(request: HttpRequest, public_id: UUID, sent_at: int, proof: str) -> HttpResponse:
    """The new clerk chooses a password."""
    invited = opened_by(public_id, sent_at, proof)
    if invited is None:
        return render(request, "accounts/invitation_dead.html", status=410)
    form = NewPasswordForm(invited, request.POST or None)
    if form.is_valid():
        begin_act(request)
        if not staff.accept_invitation(invited, form.cleaned_data["new_password"]):
            return render(request, "accounts/invitation_dead.html", status=410)
        messages.success(request, _("パスワードを設定しました。続けてログインし、二段階認証を設定してください。"))
        return redirect("login")
    return render(request, "accounts/accept_invitation.html", {"form": form, "clerk": invited})


@for_staff(*Role)
@require_safe
def user_settings(request: MemberRequest) -> HttpResponse:
    """ユーザー設定"""
    return render(request, "accounts/user_settings.html")


@for_staff(*Role)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: MemberRequest) -> HttpResponse:
    """リカバリーコードの再発行"""
    form = RecoveryCodesForm(request.user, request.session, request.POST or None)
    if form.is_valid():
        return render(request, "accounts/new_recovery_codes.html", {"codes": form.recovery_codes, "is_first": False})
    page = {"form": form, "unused": second_factor.unused_recovery_codes(request.user)}
    return answer(form, render(request, "accounts/recovery_codes.html", page))


@for_staff(Role.MANAGER)
@require_safe
def clerks(request: MemberRequest) -> HttpResponse:
    """職員管理"""
    rows = Account.objects.visible_to(request.user).staff().order_by("name", "pk")
    return render(request, "accounts/clerks.html", {"clerks": rows})


@for_staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def invite_clerk(request: MemberRequest) -> HttpResponse:
    """職員の招待"""
    form = InvitationForm(request.user.chamber, request.POST or None)
    if form.is_valid():
        begin_act(request)
        invited = staff.invite(request.user.chamber, by=request.user, **form.cleaned_data)
        messages.success(request, _("%(name)s さんに招待メールをお送りします。") % {"name": invited.name})
        return redirect("clerks")
    return render(request, "accounts/invite_clerk.html", {"form": form})


@for_staff(Role.MANAGER)
@require_safe
def clerk(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """職員詳細"""
    found = get_object_or_404(Account.objects.visible_to(request.user).staff(), public_id=public_id)
    page = {
        "clerk": found,
        "is_oneself": found == request.user,
        "has_second_factor": second_factor.is_set_up(found),
        "refused": refused_to(request.user.chamber, found.email),
        "locked_until": services.locked_until(request.user.chamber, [found]).get(found.pk),
    }
    return render(request, "accounts/clerk.html", page)


@for_staff(Role.MANAGER)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def invite_clerk_again(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """招待メールの再送"""
    invited = Account.objects.visible_to(request.user).staff().filter(password_origin=PasswordOrigin.NONE)
    found = get_object_or_404(invited, public_id=public_id)
    present = {"email": found.email}
    form = InvitationAgainForm(request.POST or None, initial=present, now=present, by=request.user, present=found.email)
    if form.is_valid():
        begin_act(request)
        if form.keep(partial(staff.invite_again, found, email=form.cleaned_data["email"], by=request.user)):
            messages.success(request, _("招待メールをもう一度お送りします。"))
            return redirect("clerk", public_id)
    return answer(form, render(request, "accounts/invite_clerk_again.html", {"form": form, "clerk": found}))


@for_staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def change_role(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """役割の変更"""
    found = _other_clerk(request, public_id)
    present = {"role": found.role}
    form = RoleForm(request.POST or None, initial=present, now=present)
    if form.is_valid() and form.keep(partial(staff.change_role, found, form.cleaned_data["role"], by=request.user)):
        messages.success(request, _("役割を変更しました。"))
        return redirect("clerk", public_id)
    return render(request, "accounts/change_role.html", {"form": form, "clerk": found})


@for_staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def reset_second_factor(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """二段階認証の解除: another manager's help for a clerk who has lost the telephone."""
    found = _other_clerk(request, public_id)
    if request.method == "POST":
        begin_act(request)
        staff.reset_second_factor(found, by=request.user)
        messages.success(request, _("二段階認証を解除しました。次回のログインで設定し直します。"))
        return redirect("clerk", public_id)
    return render(request, "accounts/reset_second_factor.html", {"clerk": found})


@for_staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def unlock_clerk(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """職員IDのロック解除: the wrong passwords and codes that were counted are forgotten."""
    found = _other_clerk(request, public_id)
    if request.method == "POST":
        services.unlock(found, by=request.user)
        messages.success(request, _("%(name)s さんのIDのロックを解除しました。") % {"name": found.name})
        return redirect("clerk", public_id)
    locked_until = services.locked_until(request.user.chamber, [found]).get(found.pk)
    return render(request, "accounts/unlock_clerk.html", {"clerk": found, "locked_until": locked_until})


@for_staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def remove_clerk(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """職員IDの削除"""
    found = _other_clerk(request, public_id)
    if request.method == "POST":
        begin_act(request)
        staff.remove(found, by=request.user)
        messages.success(request, _("%(name)s さんのIDを削除しました。") % {"name": found.name})
        return redirect("clerks")
    return render(request, "accounts/remove_clerk.html", {"clerk": found})


def _other_clerk(request: MemberRequest, public_id: UUID) -> Account:
    """Nobody resets, removes or promotes themselves."""
    others = Account.objects.visible_to(request.user).staff().exclude(pk=request.user.pk).select_related("chamber")
    return get_object_or_404(others, public_id=public_id)
