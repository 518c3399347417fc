"""What whoever applies does with a case of any kind: bring documents, send it, withdraw it, and write to the chamber."""

import datetime as dt
from itertools import chain, count

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Account, Kind
from audit.services import record
from casework.conflicts import Conflict
from casework.content import content_of
from casework.kinds import every_kind
from casework.limits import has_room_for_document
from casework.models import Case, CaseMessage, CaseQuerySet, DocumentContent, SupportingDocument
from casework.models.case import DISCARDED_LASTS
from casework.notices import announce
from casework.workflow import lock, lock_for, lock_to_edit, move
from chambers.numbers import next_number
from documents.uploads import Inspected
from foundation.errors import WrongStatus
from trade_registration import services as registrations
from trade_registration.models import TradeRegistration


def _demand_may_act(case: Case, by: Account | None) -> None:
    """Raises PermissionDenied for an ID that does not act in such cases. ``by`` is empty for a company that has no ID yet."""
    if by is not None and Kind(by.kind) not in case.case_kind.may_act:
        raise PermissionDenied


@transaction.atomic
def add_document(
    case: Case,
    inspected: Inspected,
    *,
    kind: str,
    issued_on: dt.date | None,
    file_name: str,
    by: Account | None,
) -> SupportingDocument:
    """Keeps a supporting document that has been inspected (documents/uploads.py), under a file name of its own in the case.
    Raises WrongStatus when there is no room for it."""
    row = lock_to_edit(case)
    _demand_may_act(row, by)
    if not has_room_for_document(row, len(inspected.content)):
        raise WrongStatus(Conflict.NO_ROOM)
    document = SupportingDocument.objects.create(
        case=row,
        kind=kind,
        issued_on=issued_on,
        file_name=_name_of_its_own(row, file_name),
        content_type=inspected.content_type,
        size=len(inspected.content),
        pages=inspected.pages,
        sha256=inspected.sha256,
    )
    DocumentContent.objects.create(document=document, content=inspected.content)
    _record_of_document("added", row, document, by=by)
    return document


def _record_of_document(verb: str, case: Case, document: SupportingDocument, *, by: Account | None) -> None:
    details = {"document": str(document.public_id), "kind": str(document.kind), "sha256": document.sha256}
    record(f"case.document_{verb}", chamber=case.chamber, actor=by, subject=case, **details)


def _name_of_its_own(case: Case, file_name: str) -> str:
    """The name, with a number before its ending where another document of the case has it."""
    taken = {name.casefold() for name in case.documents.values_list("file_name", flat=True)}
    stem, dot, ending = file_name.rpartition(".")
    room = (SupportingDocument._meta.get_field("file_name").max_length or 0) - len(f" (99){dot}{ending}")
    numbered = (f"{stem[:room]} ({number}){dot}{ending}" for number in count(2))
    return next(name for name in chain([file_name], numbered) if name.casefold() not in taken)


@transaction.atomic
def drop_document(document: SupportingDocument, *, by: Account | None) -> None:
    """Takes a document out of the case again. What the chamber remarked on it stays with the kind of document, for the next
    one of this kind answers it."""
    row = lock_to_edit(document.case)
    _demand_may_act(row, by)
    kind = document.kind_target
    row.remarks.about(document.target).update(target_kind=kind.kind, target_key=kind.key)
    _record_of_document("dropped", row, document, by=by)
    document.delete()


@transaction.atomic
def submit(case: Case, *, by: Account | None) -> Case:
    """Sends the case to the chamber, the first time under a receipt number, later in answer to its remarks.

    ``by`` is empty for a company that has no ID yet. Raises WrongStatus when something is missing, when the case is with the
    chamber already, or when its kind does not allow it now.
    """
    row = lock_for(case, Case.Status.SUBMITTED)
    _demand_may_act(row, by)
    if row.case_kind.missing(row):
        raise WrongStatus(Conflict.INCOMPLETE)
    row.case_kind.submit(row)
    if not row.receipt_number:
        year = timezone.localdate().year
        serial = next_number(row.chamber, f"receipt {year}")
        row.receipt_number = f"{row.chamber.code}-{year}-{serial:05d}"
    row.content_sent = content_of(row)
    row.remarks.open().update(answered_at=timezone.now())
    row.ticks.all().delete()
    move(row, Case.Status.SUBMITTED, actor=by)
    return row


@transaction.atomic
def withdraw(case: Case, *, by: Account | None) -> None:
    """取下げ, for whoever has an ID 申請キャンセル: the case ends without a decision. Raises WrongStatus once it is decided."""
    row = lock_for(case, Case.Status.WITHDRAWN)
    _demand_may_act(row, by)
    move(row, Case.Status.WITHDRAWN, actor=by)


@transaction.atomic
def write_to_chamber(case: Case, text: str, *, by: Account | None) -> CaseMessage:
    """A message about a case that the chamber knows. Raises WrongStatus for a draft."""
    row = lock(case)
    _demand_may_act(row, by)
    if row.submitted_at is None:
        raise WrongStatus(Conflict.DRAFT)
    message = CaseMessage.objects.create(case=row, text=text)
    record("case.message_to_chamber", chamber=row.chamber, actor=by, subject=row)
    announce(message)
    return message


def note_reading(case: Case, *, by_clerk: bool) -> None:
    """The other side's messages have been shown."""
    unread = case.messages.filter(read_at__isnull=True, clerk__isnull=by_clerk)
    unread.update(read_at=timezone.now())


@transaction.atomic
def delete_registration(registration: TradeRegistration, *, reason: str, by: Account) -> None:
    """抹消: ends the registration for good, with all its IDs; what it had asked for is withdrawn."""
    rows = [lock(case) for case in registration.cases.open().order_by("pk")]
    accounts.lock(Account.objects.get_queryset().filter(registration=registrations.locked(registration)))
    for row in rows:
        if row.is_open:
            move(row, Case.Status.WITHDRAWN, actor=by, reason=reason)
    registrations.delete(registration, reason=reason, by=by)


def forget_old_drafts() -> int:
    """Deletes what was never sent, with its documents: drafts that their kind keeps no longer, discarded ones after a day.
    Returns how many; that they were there stays in the audit."""
    return sum(_forget(case) for old in _old_drafts() for case in old)


def _old_drafts() -> list[CaseQuerySet]:
    """What was discarded, and for each kind the drafts after their last day."""
    discarded = Case.objects.filter(
        status=Case.Status.WITHDRAWN, submitted_at__isnull=True, decided_at__lt=timezone.now() - DISCARDED_LASTS
    )
    drafts = Case.objects.filter(status=Case.Status.DRAFT)
    return [discarded, *(kind.outlived(drafts.filter(kind=kind.key)) for kind in every_kind())]


@transaction.atomic
def _forget(case: Case) -> bool:
    """False where the draft has been sent or discarded a moment ago."""
    row = lock(case)
    if row.status != case.status:
        return False
    record("case.draft_forgotten", chamber=row.chamber, subject=row)
    row.delete()
    return True
