"""保留の解除: a signer whose mailbox and password were both changed waits for the chamber to look."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, staff
from accounts.models import Role
from accounts.once import begin_act, done_once
from signers import services
from signers.models import Signer

_MOST_CHANGES = 50


@staff(*Role)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def hold(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Who changed what when, and the release."""
    signers = Signer.objects.visible_to(request.user).select_related("account", "registration").defer("specimen")
    signer = get_object_or_404(signers, account__public_id=public_id)
    if request.method == "POST":
        begin_act(request)
        services.release_hold(signer, by=request.user)
        messages.success(request, _("%(name)s の発給申請の保留を解除しました。") % {"name": signer.account.name})
        return redirect("desk")
    changes = signer.credential_changes.select_related("changed_by").order_by("-changed_at", "-pk")[:_MOST_CHANGES]
    return render(request, "desk/hold.html", {"signer": signer, "changes": changes})
