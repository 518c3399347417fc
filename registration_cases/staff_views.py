"""What a clerk sees of a registration's case beside its page."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, staff
from accounts.models import Role
from casework.examined_case import case_seen


@staff(*Role)
@require_safe
def staff_specimen(request: MemberRequest, public_id: UUID, signer_id: UUID) -> HttpResponse:
    """The specimen signature as it will be printed."""
    asked = getattr(case_seen(request, public_id), "registration_case", None)  # none where the case is of another kind
    if asked is None:
        raise Http404
    signer = get_object_or_404(asked.signers, removes__isnull=True, public_id=signer_id)
    if not signer.specimen:
        raise Http404
    return HttpResponse(bytes(signer.specimen), content_type="image/png")
