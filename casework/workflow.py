"""How a case moves. The one place that writes a case's status."""

from django.utils import timezone

from accounts.models import Account
from audit.services import record
from casework.conflicts import Conflict
from casework.models import TRANSITIONS, Case, CaseEvent
from foundation.errors import WrongStatus
from mailing.services import put_in_outbox


def lock(case: Case) -> Case:
    """The case as it is now, locked in the caller's transaction.

    Rows are always locked in the order case, registration, signer, IDs, counter, audit chain.
    """
    joined = ("chamber", "registration__chamber", "held_by")
    return Case.objects.select_for_update(no_key=True, of=("self",)).select_related(*joined).get(pk=case.pk)


def lock_for(case: Case, to: Case.Status) -> Case:
    """The locked case, if it may move there. Raises WrongStatus otherwise."""
    row = lock(case)
    if to not in TRANSITIONS[row.status]:
        raise WrongStatus(Conflict(row.status))
    return row


def lock_to_edit(case: Case) -> Case:
    """The locked case, if the company may change it now. Raises WrongStatus otherwise."""
    row = lock(case)
    if not row.is_editable:
        raise WrongStatus(Conflict(row.status))
    return row


def move(row: Case, to: Case.Status, *, actor: Account | None, reason: str = "") -> CaseEvent:
    """Moves a locked case, writes the history that both sides see, and owes the mails. The case is let go of."""
    if to not in TRANSITIONS[row.status]:
        raise WrongStatus(Conflict(row.status))
    now = timezone.now()
    before, row.status = row.status, to
    if to == Case.Status.SUBMITTED:
        row.submitted_at, row.waiting_since = row.submitted_at or now, now
        row.submissions += 1
    elif not row.is_open:
        row.decided_at = now
    row.held_by = row.held_until = None
    row.save()
    if to in (Case.Status.REJECTED, Case.Status.WITHDRAWN):
        row.case_kind.decided(row)
    event = CaseEvent.objects.create(case=row, at=now, actor=actor, from_status=before, to_status=to, reason=reason)
    record(f"case.{to.value}", chamber=row.chamber, actor=actor, subject=row, receipt_number=row.receipt_number)
    if row.submitted_at:
        put_in_outbox(f"casework.{to.value}", key=str(event.pk), chamber=row.chamber, case=row.pk)
        if to in (Case.Status.SUBMITTED, Case.Status.WITHDRAWN):
            put_in_outbox("casework.to_chamber", key=str(event.pk), chamber=row.chamber, case=row.pk)
    return event
