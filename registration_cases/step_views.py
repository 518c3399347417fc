"""The steps of a case that are made of fields: 企業情報, 登録に関する連絡先, 規程・誓約."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import applicants
from registration_cases import filling_in
from registration_cases.completeness import Step, required_texts
from registration_cases.enclosure_forms import PledgeForm, boxes_of
from registration_cases.forms import CompanyForm, ContactStepForm
from registration_cases.own_case import CaseRequest, with_editable_case
from registration_cases.progress import next_page, placed_remarks, progress, texts_of
from trade_registration.models import CompanyData


@applicants
@require_http_methods(["GET", "HEAD", "POST"])
@with_editable_case
def case_company(request: CaseRequest) -> HttpResponse:
    """企業情報: what the chamber examines."""
    asked = request.case.registration_case
    present = {field: getattr(asked, field) for field in CompanyData.EXAMINED}
    is_begun = not all(asked.is_open_question(field) for field in present)
    return _fields_step(request, Step.COMPANY, present, is_begun=is_begun)


@applicants
@require_http_methods(["GET", "HEAD", "POST"])
@with_editable_case
def case_contact(request: CaseRequest) -> HttpResponse:
    """登録に関する連絡先: how a company without registration is reached."""
    asked = request.case.registration_case
    if not asked.is_new:
        raise Http404
    present = {field: getattr(asked, field) for field in CompanyData.CONTACT}
    return _fields_step(request, Step.CONTACT, present, is_begun=any(present.values()))


def _fields_step(request: CaseRequest, step: Step, present: dict[str, Any], *, is_begun: bool) -> HttpResponse:
    """Once something was saved, the page says at the field what is missing."""
    form_class, verb = _FIELDS_STEPS[step]
    case, later = request.case.registration_case, "later" in request.POST
    saved = present if is_begun or "check" in request.GET else None
    remarks = placed_remarks(request.case)
    form = form_class(
        case,
        request.POST or None,
        saved=saved,
        initial=present,
        now=present,
        later=later,
        remarks=texts_of(remarks),
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and form.keep(partial(verb, case, by=request.session.account, **form.values))
    ):
        return kept(request, step)
    page = {"form": form, "step": step, "steps": progress(case, remarks), "shows_faults": "check" in request.GET}
    return render(request, f"registration_cases/{step.value.removeprefix('case_')}.html", page)


_FIELDS_STEPS: dict[Step, tuple[type[CompanyForm] | type[ContactStepForm], Callable[..., None]]] = {
    Step.COMPANY: (CompanyForm, filling_in.save_company),
    Step.CONTACT: (ContactStepForm, filling_in.save_contact),
}


@applicants
@require_http_methods(["GET", "HEAD", "POST"])
@with_editable_case
def case_pledge(request: CaseRequest) -> HttpResponse:
    """規程・誓約: read, and accepted item by item."""
    case = request.case.registration_case
    texts = required_texts(case)
    ticked = boxes_of(case, texts)
    data = request.POST if request.method == "POST" else None
    saved = {name: "on" for name, is_ticked in ticked.items() if is_ticked} if "check" in request.GET else None
    later = "later" in request.POST
    form = PledgeForm(case, texts, data, saved=saved, initial=ticked, now=ticked, later=later, remarks={})
    if request.method == "POST" and form.is_valid():
        form.keep(partial(filling_in.accept, case, form.accepted, of=texts, by=request.session.account))
        return kept(request, Step.PLEDGE)
    steps = progress(case, placed_remarks(request.case))
    return render(request, "registration_cases/pledge.html", {"form": form, "step": Step.PLEDGE, "steps": steps})


def kept(request: CaseRequest, step: Step) -> HttpResponse:
    """After 保存して次へ the next step, after 一時保存 the overview of what is still missing."""
    if "later" in request.POST:
        messages.success(request, _("一時保存しました。続きはいつでも入力できます。"))
        return redirect("case")
    return redirect(next_page(request.case.registration_case, step))
