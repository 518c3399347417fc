"""What a company does with its case: begin, fill in, send, withdraw, and write to the chamber."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain, count
from typing import Any, Unpack

from django.db import transaction
from django.db.models import DateField, ExpressionWrapper, F, Q
from django.utils import timezone

from accounts.models import Account
from audit.services import record
from casework.completeness import acceptable, box_of, missing
from casework.conflicts import Conflict
from casework.content import content_of
from casework.limits import has_room_for_document, has_room_for_signer
from casework.links import cases_to_resume
from casework.models import (
    AcceptedText,
    Case,
    CaseDocument,
    CaseMessage,
    CaseQuerySet,
    CaseSigner,
    DocumentContent,
    RegistrationRequest,
)
from casework.models.case import DISCARDED_LASTS, DRAFT_LASTS
from casework.models.enclosures import SignerFields
from casework.notices import announce
from casework.prices import keep_first_prices
from casework.workflow import lock, lock_for, lock_to_edit, move
from chambers.models import Chamber, DatedText
from chambers.numbers import next_number
from documents.uploads import Inspected
from foundation.errors import WrongStatus
from foundation.rewriting import rewrite
from foundation.versions import UNKNOWN, Shown
from mailing.refusals import is_refused
from mailing.services import put_in_outbox
from signers.models import Signer
from trade_registration.models import CompanyData, ContactFields, ExaminedFields, TradeRegistration
from trade_registration.services import locked as locked_registration


@transaction.atomic
def request_link(chamber: Chamber, *, email: str, rules: Iterable[DatedText]) -> RegistrationRequest:
    """The company has read and accepted the rule sets: a link to begin the registration is mailed."""
    request = RegistrationRequest.objects.create(chamber=chamber, email=email, is_resumption=False)
    request.rules.set(rules)
    put_in_outbox("casework.link", key=str(request.pk), chamber=chamber, request=request.pk)
    record("case.link_requested", chamber=chamber, subject=request)
    return request


def link_asked_for(chamber: Chamber, key: int | None) -> RegistrationRequest | None:
    """The request of which a browser has noted the key; None when it noted none, or one at another chamber."""
    return RegistrationRequest.objects.filter(chamber=chamber, pk=key).first() if key else None


def is_link_refused(request: RegistrationRequest) -> bool:
    """Whether the mail with the link could not be sent."""
    return is_refused("casework.link", request.pk)


@transaction.atomic
def request_resumption(chamber: Chamber, *, email: str) -> None:
    """Links to the mailbox's open registrations are mailed, if there are any: the page does the same work for everybody."""
    request = RegistrationRequest.objects.create(chamber=chamber, email=email, is_resumption=True)
    put_in_outbox("casework.resumption", key=str(request.pk), chamber=chamber, request=request.pk)
    record("case.resumption_requested", chamber=chamber, subject=request)


@transaction.atomic
def begin(request: RegistrationRequest) -> Case | None:
    """Uses the link: a draft with the rules accepted. None when somebody has just used it."""
    if not _use(request):
        return None
    case = Case.objects.create(chamber=request.chamber, kind=Case.Kind.NEW, contact_email=request.email)
    AcceptedText.objects.bulk_create(
        AcceptedText(case=case, text=text, accepted_at=request.requested_at) for text in request.rules.all()
    )
    record("case.begun", chamber=case.chamber, subject=case)
    return case


@transaction.atomic
def resume(request: RegistrationRequest, case_id: Any) -> Case | None:
    """Uses a link to an open registration. None when somebody has just used it, or the case is no longer open."""
    case = cases_to_resume(request).filter(public_id=case_id).first()
    if case is None or not _use(request):
        return None
    record("case.resumed", chamber=case.chamber, subject=case)
    return case


def _use(request: RegistrationRequest) -> bool:
    unused = RegistrationRequest.objects.filter(pk=request.pk, used_at__isnull=True)
    return bool(unused.update(used_at=timezone.now()))


@transaction.atomic
def start_change(registration: TradeRegistration, *, by: Account) -> Case:
    """A draft with the data in force. Raises WrongStatus while another case is open, and when the registration is not valid."""
    row = locked_registration(registration)
    if not row.may_apply:
        raise WrongStatus(Conflict.MAY_NOT_APPLY)
    return _start(row, Case.Kind.CHANGE, by=by)


@transaction.atomic
def start_renewal(registration: TradeRegistration, *, by: Account) -> Case:
    """Like a change, between the chamber's first and last day for renewals. Raises WrongStatus outside of them."""
    row = locked_registration(registration)
    if not row.is_renewable:
        raise WrongStatus(Conflict.NOT_RENEWABLE)
    return _start(row, Case.Kind.RENEWAL, by=by)


def _start(registration: TradeRegistration, kind: Case.Kind, *, by: Account) -> Case:
    # Asked first: an INSERT would wait for whoever is deciding about the open case, who waits for the registration.
    if registration.cases.open().exists():
        raise WrongStatus(Conflict.OPEN_CASE)
    said = {field: getattr(registration, field) for field in CompanyData.EXAMINED + CompanyData.CONTACT}
    case = Case.objects.create(
        chamber=registration.chamber, registration=registration, kind=kind, contact_email=by.email, **said
    )
    record("case.begun", chamber=case.chamber, actor=by, subject=case, kind=kind.value)
    return case


@transaction.atomic
def save_company(case: Case, *, by: Account | None, shown: Shown = UNKNOWN, **said: Unpack[ExaminedFields]) -> None:
    """Keeps what the chamber examines. Raises ChangedMeanwhile for fields that are not any more as the page had ``shown`` them."""
    _save(case, said, of=CompanyData.EXAMINED, by=by, shown=shown)


@transaction.atomic
def save_contact(case: Case, *, by: Account | None, shown: Shown = UNKNOWN, **said: Unpack[ContactFields]) -> None:
    """Keeps how a company without registration is reached. Raises ChangedMeanwhile as ``save_company`` does."""
    _save(case, said, of=CompanyData.CONTACT, by=by, shown=shown)


def _save(case: Case, said: Mapping[str, Any], *, of: Collection[str], by: Account | None, shown: Shown) -> None:
    row = lock_to_edit(case)
    if changes := rewrite(row, said, of=of, shown=shown):
        record("case.data_saved", chamber=row.chamber, actor=by, subject=row, fields=sorted(changes))
    for field in said:
        setattr(case, field, getattr(row, field))


@transaction.atomic
def add_signer(case: Case, *, by: Account | None, **said: Unpack[SignerFields]) -> CaseSigner:
    """A signer to be registered. Raises WrongStatus when there is no room for one more."""
    row = lock_to_edit(case)
    if not has_room_for_signer(row):
        raise WrongStatus(Conflict.NO_ROOM)
    signer = CaseSigner.objects.create(case=row, **said)
    _record_of_signer("added", row, signer, by=by)
    return signer


@transaction.atomic
def change_signer(
    signer: CaseSigner, *, by: Account | None, shown: Shown = UNKNOWN, **said: Unpack[SignerFields]
) -> None:
    """Changes a signer that is to be registered. One that is registered is never changed. Raises WrongStatus where the
    signer was dropped meanwhile, and ChangedMeanwhile for fields that are not any more as the page had ``shown`` them."""
    case = lock_to_edit(signer.case)
    row = case.signers.filter(pk=signer.pk).first()
    if row is None:
        raise WrongStatus(Conflict.SIGNER_GONE)
    if changes := rewrite(row, said, of=SignerFields.__annotations__, shown=shown):
        _record_of_signer("changed", case, row, by=by, fields=sorted(changes))


def _record_of_signer(verb: str, case: Case, signer: CaseSigner, *, by: Account | None, **details: Any) -> None:
    key = str(signer.public_id)
    record(f"case.signer_{verb}", chamber=case.chamber, actor=by, subject=case, signer=key, **details)


@transaction.atomic
def drop_signer(signer: CaseSigner, *, by: Account | None) -> None:
    """Takes back an addition or a removal. What the chamber remarked on the signer keeps the name."""
    row = lock_to_edit(signer.case)
    row.remarks.about(signer.target).update(subject=signer.persons_name)
    _record_of_signer("dropped", row, signer, by=by)
    signer.delete()


@transaction.atomic
def ask_removal(case: Case, signer: Signer, *, by: Account | None) -> None:
    """A registered signer is to be removed; asking twice is asking once."""
    row = lock_to_edit(case)
    removal, is_new = CaseSigner.objects.get_or_create(case=row, removes=signer)
    if is_new:
        _record_of_signer("removal_asked", row, removal, by=by, removes=signer.pk)


@transaction.atomic
def add_document(
    case: Case,
    inspected: Inspected,
    *,
    kind: CaseDocument.Kind,
    issued_on: dt.date | None,
    file_name: str,
    by: Account | None,
) -> CaseDocument:
    """Keeps a supporting document that has been inspected (documents/uploads.py), under a file name of its own in the case.
    Raises WrongStatus when there is no room for it."""
    row = lock_to_edit(case)
    if not has_room_for_document(row, len(inspected.content)):
        raise WrongStatus(Conflict.NO_ROOM)
    document = CaseDocument.objects.create(
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


def _record_of_document(verb: str, case: Case, document: CaseDocument, *, by: Account | None) -> None:
    said = {"document": str(document.public_id), "kind": str(document.kind), "sha256": document.sha256}
    record(f"case.document_{verb}", chamber=case.chamber, actor=by, subject=case, **said)


def _name_of_its_own(case: Case, file_name: str) -> str:
    """The name, with a number before its ending where another document of the case has it."""
    taken = {name.casefold() for name in case.documents.values_list("file_name", flat=True)}
    stem, dot, ending = file_name.rpartition(".")
    room = (CaseDocument._meta.get_field("file_name").max_length or 0) - len(f" (99){dot}{ending}")
    numbered = (f"{stem[:room]} ({number}){dot}{ending}" for number in count(2))
    return next(name for name in chain([file_name], numbered) if name.casefold() not in taken)


@transaction.atomic
def drop_document(document: CaseDocument, *, by: Account | None) -> None:
    """Takes a document out of the case again. What the chamber remarked on it stays with the kind of document, for the next
    one of this kind answers it."""
    row = lock_to_edit(document.case)
    kind = document.kind_target
    row.remarks.about(document.target).update(target_kind=kind.kind, target_key=kind.key)
    _record_of_document("dropped", row, document, by=by)
    document.delete()


@transaction.atomic
def accept(
    case: Case,
    accepted: Iterable[tuple[DatedText, int | None]],
    *,
    of: Sequence[DatedText],
    by: Account | None,
    shown: Shown = UNKNOWN,
) -> None:
    """Keeps which of the texts ``of`` the company accepts: an item's number of a pledge, None for a rule set as a whole.
    A box that was left as the page had ``shown`` it stays as it is by now."""
    row = lock_to_edit(case)
    ticked = {box_of(text.pk, item) for text, item in accepted}
    boxes = {box_of(text.pk, item): (text.pk, item) for text in of for item in acceptable(text)}
    kept = {box_of(old.text_id, old.item): old for old in row.accepted_texts.filter(text__in=list(of))}
    answers = shown.merged({box: box in kept for box in boxes}, {box: box in ticked for box in boxes})
    taken_back = [old for box, old in kept.items() if not answers.get(box, True)]
    added = sorted((boxes[box] for box, is_ticked in answers.items() if is_ticked and box not in kept), key=str)
    AcceptedText.objects.filter(pk__in=[old.pk for old in taken_back]).delete()
    AcceptedText.objects.bulk_create(AcceptedText(case=row, text_id=text, item=item) for text, item in added)
    if added or taken_back:
        left = [(old.text_id, old.item) for old in taken_back]
        record("case.texts_accepted", chamber=row.chamber, actor=by, subject=row, accepted=added, taken_back=left)


@transaction.atomic
def submit(case: Case, *, by: Account | None) -> Case:
    """Sends the case to the chamber, the first time under a receipt number, later in answer to its remarks.

    ``by`` is empty for a company that has no ID yet. Raises WrongStatus when something is missing, when the case is with the
    chamber already, or when the registration may no longer act.
    """
    row = lock_for(case, Case.Status.SUBMITTED)
    if row.registration and not locked_registration(row.registration).is_in_force:
        raise WrongStatus(Conflict.MAY_NOT_APPLY)
    if missing(row):
        raise WrongStatus(Conflict.INCOMPLETE)
    if not row.receipt_number:
        year = timezone.localdate().year
        serial = next_number(row.chamber, f"receipt {year}")
        row.receipt_number = f"{row.chamber.code}-{year}-{serial:05d}"
        keep_first_prices(row)
    row.content_sent = content_of(row)
    row.remarks.open().update(answered_at=timezone.now())
    row.ticks.all().delete()
    move(row, Case.Status.SUBMITTED, actor=by)
    return row


@transaction.atomic
def withdraw(case: Case, *, by: Account | None) -> None:
    """取下げ, for a registered company 申請キャンセル: the case ends without a decision. Raises WrongStatus once it is decided."""
    move(lock_for(case, Case.Status.WITHDRAWN), Case.Status.WITHDRAWN, actor=by)


@transaction.atomic
def write_to_chamber(case: Case, text: str, *, by: Account | None) -> CaseMessage:
    """A message about a case that the chamber knows. Raises WrongStatus for a draft."""
    row = lock(case)
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


def forget_old_drafts() -> int:
    """Deletes what was never sent, with its documents: drafts after their last day (``Case.draft_ends_on``), discarded ones
    after a day. Returns how many; that they were there stays in the audit."""
    return sum(_forget(case) for case in _old_drafts())


def _old_drafts() -> CaseQuerySet:
    """Drafts after ``Case.draft_ends_on``, and what was discarded."""
    today, draft = timezone.localdate(), Case.Status.DRAFT
    closes_on = F("registration__valid_until") + F("chamber__late_renewal_days")
    left = Q(status=draft, created_at__date__lt=today - DRAFT_LASTS)
    too_late = Q(status=draft, kind=Case.Kind.RENEWAL, renewal_closes_on__lt=today)
    discarded = Q(
        status=Case.Status.WITHDRAWN, submitted_at__isnull=True, decided_at__lt=timezone.now() - DISCARDED_LASTS
    )
    cases = Case.objects.alias(renewal_closes_on=ExpressionWrapper(closes_on, output_field=DateField()))
    return cases.filter(left | too_late | discarded)


@transaction.atomic
def _forget(case: Case) -> bool:
    """False where the draft has been sent or discarded a moment ago."""
    row = lock(case)
    if row.status != case.status:
        return False
    record("case.draft_forgotten", chamber=row.chamber, subject=row)
    row.delete()
    return True
