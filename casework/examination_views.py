"""The clerk's verbs: check, return, approve, reject."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, staff
from accounts.models import Role
from accounts.once import begin_act, done_once
from casework import examination
from casework.differences import differences
from casework.dossier import checklist_with_ticks
from casework.examined_case import case_in_hand
from casework.models import Case
from casework.staff_forms import ChecklistForm, RejectionForm, ReturnForm
from casework.targets import places_of
from foundation.versions import Shown


@staff(*Role)
@require_POST
def tick_case(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Keeps the ticks; 承認へ進む keeps them too and goes on."""
    case = case_in_hand(request, public_id, Case.Status.APPROVED)
    form = ChecklistForm(checklist_with_ticks(case), request.POST)
    if not form.is_valid():
        messages.error(request, _("チェックリストが新しい版に変わりました。もう一度確認してください。"))
        return redirect("staff_case", public_id)
    shown = Shown.read(request.POST.get("shown", ""))
    examination.tick(case, form.cleaned_data["items"], by=request.user, shown=shown)
    if request.POST.get("then") == "approve":
        return redirect("approve_case", public_id)
    messages.success(request, _("チェックリストを保存しました。"))
    return redirect("staff_case", public_id)


@staff(*Role)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def return_case(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """修正依頼: remarks beside what they are about."""
    case = case_in_hand(request, public_id, Case.Status.RETURNED)
    places = places_of(case)
    form = ReturnForm(places.all, request.POST if request.method == "POST" else None)
    if form.is_valid():
        begin_act(request)
        examination.return_for_correction(case, form.remarks, by=request.user)
        messages.success(request, _("%(company)s に修正を依頼しました。") % {"company": case.company_name})
        return redirect("desk")
    return render(request, "casework/staff/return_case.html", {"case": case, "form": form, "papers": places.evidence})


@staff(*Role)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def approve_case(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """承認: what will happen, and what is still open."""
    case = case_in_hand(request, public_id, Case.Status.APPROVED)
    outcome = examination.outcome_of(case)
    if request.method == "POST" and not outcome.obstacles:
        begin_act(request)
        approved = examination.approve(case, by=request.user)
        messages.success(request, _("%(company)s の申請を承認しました。") % {"company": case.company_name})
        return redirect(approved.case_kind.approved_page(approved))
    page = {
        **outcome.details,
        "case": case,
        "outcome": outcome,
        "parts": case.case_kind.parts,
        "differences": differences(case),
    }
    return render(request, "casework/staff/approve_case.html", page)


@staff(*Role)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def reject_case(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """却下, with the reason that the company will read."""
    case = case_in_hand(request, public_id, Case.Status.REJECTED)
    form = RejectionForm(request.POST or None)
    if form.is_valid():
        begin_act(request)
        examination.reject(case, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("%(company)s の申請を却下しました。") % {"company": case.company_name})
        return redirect("desk")
    return render(request, "casework/staff/reject_case.html", {"case": case, "form": form})
