"""What a company fills in: its data, its signers, and what it accepts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Unpack

from django.db import transaction

from accounts.models import Account
from audit.services import record
from casework.conflicts import Conflict as CaseConflict
from casework.workflow import lock_to_edit
from chambers.models import DatedText
from foundation.errors import WrongStatus
from foundation.rewriting import rewrite
from foundation.versions import UNKNOWN, Shown
from registration_cases.completeness import acceptable, box_of
from registration_cases.conflicts import Conflict
from registration_cases.limits import has_room_for_signer
from registration_cases.models import AcceptedText, CaseSigner, RegistrationCase, SignerFields
from registration_cases.services import write_names
from signers.models import Signer
from trade_registration.models import CompanyData, ContactFields, ExaminedFields


def _locked_to_edit(case: RegistrationCase) -> RegistrationCase:
    """The case as it is now, if the company may change it. Raises WrongStatus otherwise."""
    return lock_to_edit(case.envelope).registration_case


@transaction.atomic
def save_company(
    case: RegistrationCase, *, by: Account | None, shown: Shown = UNKNOWN, **said: Unpack[ExaminedFields]
) -> None:
    """Keeps what the chamber examines. Raises ChangedMeanwhile for fields that are not any more as the page had ``shown`` them."""
    _save(case, said, of=CompanyData.EXAMINED, by=by, shown=shown)


@transaction.atomic
def save_contact(
    case: RegistrationCase, *, by: Account | None, shown: Shown = UNKNOWN, **said: Unpack[ContactFields]
) -> None:
    """Keeps how a company without registration is reached. Raises ChangedMeanwhile as ``save_company`` does."""
    _save(case, said, of=CompanyData.CONTACT, by=by, shown=shown)


def _save(
    case: RegistrationCase, said: Mapping[str, Any], *, of: Collection[str], by: Account | None, shown: Shown
) -> None:
    row = _locked_to_edit(case)
    if changes := rewrite(row, said, of=of, shown=shown):
        record("case.data_saved", chamber=row.chamber, actor=by, subject=row.envelope, fields=sorted(changes))
        write_names(row)
    for field in said:
        setattr(case, field, getattr(row, field))


@transaction.atomic
def add_signer(case: RegistrationCase, *, by: Account | None, **said: Unpack[SignerFields]) -> CaseSigner:
    """A signer to be registered. Raises WrongStatus when there is no room for one more."""
    row = _locked_to_edit(case)
    if not has_room_for_signer(row):
        raise WrongStatus(CaseConflict.NO_ROOM)
    signer = CaseSigner.objects.create(case=row, **said)
    _record_of_signer("added", row, signer, by=by)
    return signer


@transaction.atomic
def change_signer(
    signer: CaseSigner, *, by: Account | None, shown: Shown = UNKNOWN, **said: Unpack[SignerFields]
) -> None:
    """Changes a signer that is to be registered. One that is registered is never changed. Raises WrongStatus where the
    signer was dropped meanwhile, and ChangedMeanwhile for fields that are not any more as the page had ``shown`` them."""
    case = _locked_to_edit(signer.case)
    row = case.signers.filter(pk=signer.pk).first()
    if row is None:
        raise WrongStatus(Conflict.SIGNER_GONE)
    if changes := rewrite(row, said, of=SignerFields.__annotations__, shown=shown):
        _record_of_signer("changed", case, row, by=by, fields=sorted(changes))


def _record_of_signer(
    verb: str, case: RegistrationCase, signer: CaseSigner, *, by: Account | None, **details: Any
) -> None:
    key = str(signer.public_id)
    record(f"case.signer_{verb}", chamber=case.chamber, actor=by, subject=case.envelope, signer=key, **details)


@transaction.atomic
def drop_signer(signer: CaseSigner, *, by: Account | None) -> None:
    """Takes back an addition or a removal. What the chamber remarked on the signer keeps its name."""
    row = _locked_to_edit(signer.case)
    row.envelope.remarks.about(signer.target).update(subject=signer.called)
    _record_of_signer("dropped", row, signer, by=by)
    signer.delete()


@transaction.atomic
def ask_removal(case: RegistrationCase, signer: Signer, *, by: Account | None) -> None:
    """A registered signer is to be removed; asking twice is asking once."""
    row = _locked_to_edit(case)
    removal, is_new = CaseSigner.objects.get_or_create(case=row, removes=signer)
    if is_new:
        _record_of_signer("removal_asked", row, removal, by=by, removes=signer.pk)


@transaction.atomic
def accept(
    case: RegistrationCase,
    accepted: Iterable[tuple[DatedText, int | None]],
    *,
    of: Sequence[DatedText],
    by: Account | None,
    shown: Shown = UNKNOWN,
) -> None:
    """Keeps which of the texts ``of`` the company accepts: an item's number of a pledge, None for a rule set as a whole.
    A box that was left as the page had ``shown`` it stays as it is by now."""
    row = _locked_to_edit(case)
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
        record(
            "case.texts_accepted", chamber=row.chamber, actor=by, subject=row.envelope, accepted=added, taken_back=left
        )
