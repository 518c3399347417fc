"""What came with a case, for its examiner: pictures made by the server, and the files themselves as downloads."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, staff
from accounts.models import Role
from casework.evidence import picture_of
from casework.examined_case import case_seen
from casework.models import SupportingDocument
from casework.targets import evidence_of
from documents.responses import attachment, picture


@staff(*Role)
@require_safe
def staff_document(request: MemberRequest, public_id: UUID, document_id: UUID) -> HttpResponse:
    """The file as it was uploaded, to be saved under a name that is ours."""
    document = _document(request, public_id, document_id, "stored")
    ending = document.content_type.partition("/")[2]
    # With a part of its own, for a case may have several of a kind.
    name = f"{document.case.receipt_number}-{document.kind}-{document.public_id.hex[:8]}.{ending}"
    return attachment(bytes(document.stored.content), document.content_type, name=name)


@staff(*Role)
@require_safe
def staff_document_page(request: MemberRequest, public_id: UUID, document_id: UUID, page: int) -> HttpResponse:
    """A page as a picture."""
    drawn = picture_of(_document(request, public_id, document_id), page)
    if drawn is None:
        raise Http404
    return picture(drawn)


@staff(*Role)
@require_safe
def staff_document_viewer(request: MemberRequest, public_id: UUID, document_id: UUID, page: int) -> HttpResponse:
    """One page of a document, large, with the way to the others."""
    case = case_seen(request, public_id)
    evidence = next((each for each in evidence_of(case) if each.document.public_id == document_id), None)
    if evidence is None or not 1 <= page <= evidence.document.pages:
        raise Http404
    shown = {"case": case, "evidence": evidence, "page": page, "pages": range(1, evidence.document.pages + 1)}
    return render(request, "casework/staff/document_viewer.html", shown)


def _document(request: MemberRequest, public_id: UUID, document_id: UUID, *joined: str) -> SupportingDocument:
    documents = case_seen(request, public_id).documents.select_related("case", *joined)
    return get_object_or_404(documents, public_id=document_id)
