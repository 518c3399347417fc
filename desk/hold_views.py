"""保留の確認: somebody came in as a signer by what the administrator had set, and the chamber asks the company by telephone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, staff
from accounts.models import Role
from accounts.once import begin_act, done_once
from desk.forms import CallForm
from desk.registration_history import history_of
from foundation.errors import WrongStatus
from foundation.paging import page_by_key
from signers import holds
from signers.conflicts import Conflict
from signers.models import Signer

_CHANGES_A_PAGE = 50


@staff(*Role)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def hold(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Who did what when, which number to call, and the release."""
    signer = _signer(request, public_id)
    form = CallForm(request.POST or None)
    if form.is_valid():
        begin_act(request)
        holds.release(signer, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("%(name)s の発給申請の保留を解除しました。") % {"name": signer.account.name})
        return redirect("desk")
    changes = signer.credential_changes.select_related("changed_by").order_by("-changed_at", "-pk")
    page = {
        "signer": signer,
        "form": form,
        "changes": page_by_key(changes, request.GET, size=_CHANGES_A_PAGE, name="changes"),
        "telephone": signer.registration.telephone_to_call(),
        "history": history_of(signer, chamber=request.user.chamber, asked=request.GET),
    }
    return render(request, "desk/hold.html", page)


@staff(*Role)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def stop_signer(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """本人の操作ではない: asked before the ID is stopped for good. Raises WrongStatus when there is no hold any more."""
    signer = _signer(request, public_id)
    if not signer.is_held:
        raise WrongStatus(Conflict.ANSWERED)
    form = CallForm(request.POST or None)
    if form.is_valid():
        begin_act(request)
        holds.stop(signer, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("%(name)s のIDを停止しました。") % {"name": signer.account.name})
        return redirect("desk")
    page = {"signer": signer, "form": form, "telephone": signer.registration.telephone_to_call()}
    return render(request, "desk/stop_signer.html", page)


def _signer(request: MemberRequest, public_id: UUID) -> Signer:
    signers = Signer.objects.visible_to(request.user).select_related("account", "registration").defer("specimen")
    return get_object_or_404(signers, account__public_id=public_id)
