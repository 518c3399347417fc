"""Which case a clerk's request is about, and whether the clerk may act on it."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from accounts.access import MemberRequest
from casework import examination
from casework.conflicts import Conflict
from casework.models import TRANSITIONS, Case
from foundation.errors import WrongStatus


def case_seen(request: MemberRequest, public_id: UUID) -> Case:
    """The case. Another chamber's answers like one that does not exist, and so does what was never sent."""
    joined = ("chamber", "registration__chamber", "held_by")
    return get_object_or_404(Case.objects.visible_to(request.user).select_related(*joined), public_id=public_id)


def case_in_hand(request: MemberRequest, public_id: UUID, to: Case.Status) -> Case:
    """The case, held for the clerk for another 20 minutes, to be moved there. Raises WrongStatus where it may not move there,
    and when another clerk holds it."""
    case = case_seen(request, public_id)
    if to not in TRANSITIONS[case.status]:
        raise WrongStatus(Conflict(case.status))
    if case.status == Case.Status.SUBMITTED and not examination.take(case, by=request.user):
        raise WrongStatus(Conflict.IN_OTHER_HANDS)
    return case
