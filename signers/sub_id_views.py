"""The signer's pages about the sub-IDs: サブID管理."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import MemberRequest, members
from accounts.forms import answer
from accounts.models import Account, AccountQuerySet, Kind
from accounts.once import begin_act, done_once
from foundation.paging import page_by_key
from mailing.refusals import refused_to
from signers import services
from signers.forms import NewSubIdForm, SetPasswordForm, SubIdForm

ROWS_A_PAGE = 20


@members(Kind.SIGNER)
@require_safe
def sub_id_list(request: MemberRequest) -> HttpResponse:
    page = page_by_key(_sub_ids(request).order_by("pk"), request.GET, size=ROWS_A_PAGE)
    return render(request, "signers/sub_id_list.html", {"page": page})


@members(Kind.SIGNER)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def new_sub_id(request: MemberRequest) -> HttpResponse:
    draft = Account(chamber=request.user.chamber, registration=request.user.registration, parent=request.user)
    form = NewSubIdForm(draft, request.POST or None)
    if form.is_valid():
        typed = form.cleaned_data
        begin_act(request)
        sub_id = services.create_sub_id(
            request.user, name=typed["name"], email=typed["email"], password=typed["password"]
        )
        messages.success(request, _("サブIDを作成しました。商工会議所コードとサブIDをメールでお送りします。"))
        return redirect("sub_id", sub_id.public_id)
    return render(request, "signers/new_sub_id.html", {"form": form})


@members(Kind.SIGNER)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sub_id(request: MemberRequest, public_id: UUID) -> HttpResponse:
    account = get_object_or_404(_sub_ids(request), public_id=public_id)
    present = {"name": account.name, "email": account.email}
    form = SubIdForm(request.POST or None, initial=present, now=present, by=request.user, present=account.email)
    if form.is_valid() and form.keep(partial(services.change_sub_id, account, by=request.user, **form.cleaned_data)):
        moved = _("サブIDを変更しました。新旧両方のアドレスにお知らせをお送りします。")
        messages.success(request, moved if form.kept else _("サブIDを変更しました。"))
        return redirect("sub_ids")
    refused = refused_to(account.chamber, account.email)
    page = {"form": form, "account": account, "refused": refused}
    return answer(form, render(request, "signers/sub_id.html", page))


@members(Kind.SIGNER)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def change_sub_id_password(request: MemberRequest, public_id: UUID) -> HttpResponse:
    account = get_object_or_404(_sub_ids(request), public_id=public_id)
    form = SetPasswordForm(account, request.POST or None)
    if form.is_valid():
        begin_act(request)
        services.change_sub_id_password(account, form.cleaned_data["password"], by=request.user)
        messages.success(request, _("パスワードを変更しました。新しいパスワードをサブIDの利用者に伝えてください。"))
        return redirect("sub_id", public_id)
    return render(request, "signers/change_sub_id_password.html", {"form": form, "account": account})


@members(Kind.SIGNER)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def delete_sub_id(request: MemberRequest, public_id: UUID) -> HttpResponse:
    account = get_object_or_404(_sub_ids(request), public_id=public_id)
    if request.method == "POST":
        begin_act(request)
        services.delete_sub_id(account, by=request.user)
        messages.success(request, _("サブIDを削除しました。"))
        return redirect("sub_ids")
    return render(request, "signers/delete_sub_id.html", {"account": account})


def _sub_ids(request: MemberRequest) -> AccountQuerySet:
    joined = ("chamber", "registration", "parent")
    own = Account.objects.visible_to(request.user).filter(parent=request.user)  # what the index of a signer's IDs is by
    return own.sub_ids().select_related(*joined)
