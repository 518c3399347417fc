"""The steps of a case that are lists: 署名者 and 添付書類; and the papers to be printed."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import applicants
from accounts.once import begin_act, done_once
from casework import services
from casework.limits import Deed
from documents.responses import attachment, pdf
from registration_cases import filling_in, papers
from registration_cases.completeness import Step, signers_joining, signers_to_add
from registration_cases.enclosure_forms import DocumentForm, SignerForm
from registration_cases.enclosures import documents_wanted, read_enclosures, registered_signers
from registration_cases.models import CaseSigner
from registration_cases.own_case import CaseRequest, counted, with_case, with_editable_case
from registration_cases.progress import next_page, placed_remarks, progress, texts_of, with_remarks


@applicants
@require_safe
@with_editable_case
def case_signers(request: CaseRequest) -> HttpResponse:
    """署名者: those to be added, and of a registered company those it has."""
    case, placed = request.case.registration_case, placed_remarks(request.case)
    remarks = texts_of(placed)
    page = {
        "step": Step.SIGNERS,
        "steps": progress(case, placed),
        "signers": with_remarks(signers_to_add(case), remarks),
        "registered": registered_signers(case, remarks),
        "next_page": next_page(case, Step.SIGNERS),
        "shows_faults": "check" in request.GET,
    }
    return render(request, "registration_cases/signers.html", page)


@applicants
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
@with_editable_case
def new_case_signer(request: CaseRequest) -> HttpResponse:
    return _signer_page(request, None)


@applicants
@require_http_methods(["GET", "HEAD", "POST"])
@with_editable_case
def case_signer(request: CaseRequest, public_id: UUID) -> HttpResponse:
    return _signer_page(
        request, get_object_or_404(request.case.registration_case.signers, removes__isnull=True, public_id=public_id)
    )


def _signer_page(request: CaseRequest, signer: CaseSigner | None) -> HttpResponse:
    """A signer to be added. Once it was saved, the page says at the field what is missing."""
    case, later = request.case.registration_case, "later" in request.POST
    data = request.POST if request.method == "POST" else None
    remarks = _remarks_about(request, signer)
    may_upload = counted(Deed.UPLOAD, request)
    form = SignerForm(case, data, request.FILES or None, signer=signer, may_upload=may_upload, later=later, remarks={})
    if request.method == "POST" and form.is_valid():
        begin_act(request)
        by = request.session.account
        if signer is None:
            filling_in.add_signer(case, by=by, **form.values)
        if signer is None or form.keep(partial(filling_in.change_signer, signer, by=by, **form.values)):
            messages.success(request, _("署名者を保存しました。"))
            return redirect("case_signers")
    return render(request, "registration_cases/signer.html", {"form": form, "signer": signer, "remarks": remarks})


def _remarks_about(request: CaseRequest, signer: CaseSigner | None) -> list[str]:
    return texts_of(placed_remarks(request.case)).get(signer.target, []) if signer else []


@applicants
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
@with_editable_case
def drop_case_signer(request: CaseRequest, public_id: UUID) -> HttpResponse:
    """Takes back an addition, or a removal. What was typed into an addition is lost: the page asks first."""
    signer = get_object_or_404(
        request.case.registration_case.signers.select_related("removes__account"), public_id=public_id
    )
    if request.method != "POST":
        name = _("削除の申請をやめる") if signer.removes else _("追加をやめる")
        return render(request, "registration_cases/drop_signer.html", {"signer": signer, "name": name})
    begin_act(request)
    filling_in.drop_signer(signer, by=request.session.account)
    said = _("署名者の削除の申請を取りやめました。") if signer.removes else _("署名者の追加を取りやめました。")
    messages.success(request, said)
    return redirect("case_signers")


@applicants
@require_POST
@with_editable_case
def ask_removal(request: CaseRequest, public_id: UUID) -> HttpResponse:
    """A registered signer is to be removed."""
    registered = {
        row.signer.account.public_id: row.signer for row in registered_signers(request.case.registration_case, {})
    }
    if public_id not in registered:
        raise Http404
    filling_in.ask_removal(request.case.registration_case, registered[public_id], by=request.session.account)
    messages.success(request, _("署名者の削除を申請に加えました。商工会議所の承認後に削除されます。"))
    return redirect("case_signers")


@applicants
@require_safe
@with_case
def case_specimen(request: CaseRequest, public_id: UUID) -> HttpResponse:
    """The specimen signature as it will be printed."""
    signer = get_object_or_404(request.case.registration_case.signers, removes__isnull=True, public_id=public_id)
    if not signer.specimen:
        raise Http404
    return HttpResponse(bytes(signer.specimen), content_type="image/png")


@applicants
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
@with_editable_case
def case_documents(request: CaseRequest) -> HttpResponse:
    """添付書類: what is needed, what is there, and one more."""
    case = request.case.registration_case
    read_enclosures(case)
    placed = placed_remarks(request.case)
    remarks = texts_of(placed)
    wanted = documents_wanted(case, remarks)
    may_upload = counted(Deed.UPLOAD, request)
    form = DocumentForm(case, request.POST or None, request.FILES or None, may_upload=may_upload)
    if request.method == "POST" and form.is_valid():
        begin_act(request)
        document = services.add_document(request.case, form.inspected, by=request.session.account, **form.values)
        messages.success(request, _("「%(kind)s」を添付しました。") % {"kind": document.get_kind_display()})
        return redirect("case_documents")
    page = {
        "form": form,
        "step": Step.DOCUMENTS,
        "steps": progress(case, placed),
        "wanted": wanted,
        "is_complete": all(each.is_there for each in wanted),
        "documents": with_remarks(request.case.documents.all(), remarks),
        "has_pledge": bool(papers.pledges_of(case)),
        "has_signers": bool(signers_joining(case)),
        "shows_faults": "check" in request.GET,
    }
    return render(request, "registration_cases/documents.html", page)


@applicants
@require_safe
@with_case
def case_document(request: CaseRequest, public_id: UUID) -> HttpResponse:
    """The document, as a download: nobody's file is shown inside the portal's own pages."""
    document = get_object_or_404(request.case.documents.select_related("stored"), public_id=public_id)
    return attachment(bytes(document.stored.content), document.content_type, name=document.file_name)


@applicants
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
@with_editable_case
def drop_case_document(request: CaseRequest, public_id: UUID) -> HttpResponse:
    """Takes a document out, once the page has asked."""
    document = get_object_or_404(request.case.documents, public_id=public_id)
    if request.method != "POST":
        return render(request, "registration_cases/drop_document.html", {"document": document})
    begin_act(request)
    services.drop_document(document, by=request.session.account)
    messages.success(request, _("「%(kind)s」の添付を外しました。") % {"kind": document.get_kind_display()})
    return redirect("case_documents")


@applicants
@require_safe
@with_case
def pledge_paper(request: CaseRequest) -> HttpResponse:
    """誓約書"""
    if not papers.pledges_of(request.case.registration_case):
        raise Http404
    return pdf(papers.pledge(request.case.registration_case), name="pledge")


@applicants
@require_safe
@with_case
def profile_paper(request: CaseRequest) -> HttpResponse:
    """業態内容届"""
    return pdf(papers.profile(request.case.registration_case), name="business-profile")


@applicants
@require_safe
@with_case
def signers_paper(request: CaseRequest) -> HttpResponse:
    """署名届"""
    if not signers_joining(request.case.registration_case):
        raise Http404
    return pdf(papers.specimen_notification(request.case.registration_case), name="specimen-signatures")
