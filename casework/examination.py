"""What the chamber's clerks do with a case that was sent to them. A case is examined by one clerk at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account
from audit.services import record
from casework.conflicts import Conflict
from casework.differences import keep_differences
from casework.kinds import Outcome
from casework.models import Case, CaseMessage, CaseNote, ChecklistTick, Remark
from casework.models.case import LOCK_LASTS
from casework.models.target import Target
from casework.notices import announce
from casework.workflow import lock, lock_for, move
from chambers.models import DatedText, texts_in_force
from foundation.errors import WrongStatus
from foundation.versions import UNKNOWN, Shown


@transaction.atomic
def take(case: Case, *, by: Account) -> bool:
    """Holds the case for the clerk for 20 minutes from now. Returns False when there is nothing to hold: it is not with the
    chamber, or another clerk holds it. ``case`` tells then how it stands and who holds it."""
    row = lock(case)
    holder = row.holder(timezone.now())
    is_free = row.status == Case.Status.SUBMITTED and holder in (None, by)
    if is_free:
        _hold(row, by=by)
        if holder is None:
            record("case.taken", chamber=row.chamber, actor=by, subject=row)
    case.status, case.held_by, case.held_until = row.status, row.held_by, row.held_until
    return is_free


def _hold(row: Case, *, by: Account) -> None:
    row.held_by, row.held_until = by, timezone.now() + LOCK_LASTS
    row.save(update_fields=("held_by", "held_until"))


def leave(case: Case, *, by: Account) -> None:
    """Lets go of a case."""
    Case.objects.filter(pk=case.pk, held_by=by).update(held_by=None, held_until=None)


@transaction.atomic
def release(case: Case, *, by: Account) -> None:
    """A manager takes a case out of another clerk's hands. Raises WrongStatus when nobody holds it."""
    row = lock(case)
    holder = row.holder(timezone.now())
    if holder is None:
        raise WrongStatus(Conflict.IN_NOBODYS_HANDS)
    row.held_by = row.held_until = None
    row.save(update_fields=("held_by", "held_until"))
    record("case.released", chamber=row.chamber, actor=by, subject=row, holder=holder.login_id)


def held(case: Case, to: Case.Status, *, by: Account) -> Case:
    """The locked case, in this clerk's hands, if it may move there. Raises WrongStatus, also when another clerk holds it."""
    row = lock_for(case, to)
    holder = row.holder(timezone.now())
    if holder and holder != by:
        raise WrongStatus(Conflict.IN_OTHER_HANDS)
    return row


def checklist_of(case: Case) -> DatedText | None:
    """The chamber's checklist for this kind of case, in the version in force today; None where it has none."""
    return texts_in_force(case.chamber, timezone.localdate()).get(case.case_kind.checklist)


@transaction.atomic
def tick(case: Case, items: Iterable[int], *, by: Account, shown: Shown = UNKNOWN) -> None:
    """Keeps which items of the checklist are checked, and who checked each first. An item that was left as the page had
    ``shown`` it stays as it is by now."""
    row = lock(case)
    checklist = checklist_of(row)
    holder = row.holder(timezone.now())
    if row.status != Case.Status.SUBMITTED:
        raise WrongStatus(Conflict(row.status))
    if holder and holder != by:
        raise WrongStatus(Conflict.IN_OTHER_HANDS)
    if checklist is None:
        raise WrongStatus(Conflict.NO_CHECKLIST)
    _hold(row, by=by)
    numbers, typed = range(len(checklist.items)), set(items)
    ticked = set(row.ticks.filter(text=checklist).values_list("item", flat=True))
    answers = shown.merged({str(n): n in ticked for n in numbers}, {str(n): n in typed for n in numbers})
    wanted = {n for n in numbers if answers.get(str(n), n in ticked)}
    row.ticks.filter(text=checklist).exclude(item__in=wanted).delete()
    ChecklistTick.objects.bulk_create(
        [ChecklistTick(case=row, text=checklist, item=item, ticked_by=by) for item in sorted(wanted)],
        ignore_conflicts=True,
    )
    record("case.checked", chamber=row.chamber, actor=by, subject=row, version=checklist.version, items=sorted(wanted))


def unticked(case: Case) -> list[str]:
    """The items of the checklist that are not yet checked."""
    checklist = checklist_of(case)
    if checklist is None:
        return []
    ticked = set(case.ticks.filter(text=checklist).values_list("item", flat=True))
    return [said for number, said in enumerate(checklist.items) if number not in ticked]


@transaction.atomic
def return_for_correction(case: Case, remarks: Mapping[Target, str], *, by: Account) -> None:
    """修正依頼: sends the case back with remarks. Raises WrongStatus without any."""
    row = held(case, Case.Status.RETURNED, by=by)
    said = {target: text for target, text in remarks.items() if text}
    if not said:
        raise WrongStatus(Conflict.NO_REMARK)
    Remark.objects.bulk_create(
        Remark(case=row, target_kind=target.kind, target_key=target.key, text=text, made_by=by)
        for target, text in said.items()
    )
    move(row, Case.Status.RETURNED, actor=by)


def outcome_of(case: Case) -> Outcome:
    """What an approval would do now, and all that stands in its way. Somebody else's approval may come first."""
    outcome = case.case_kind.outcome(case)
    open_items = [_("チェックリストの未確認: %(item)s") % {"item": item} for item in unticked(case)]
    return replace(outcome, obstacles=[*open_items, *outcome.obstacles])


@transaction.atomic
def approve(case: Case, *, by: Account) -> Case:
    """承認: what was asked for takes effect, at once and completely.

    What is owed is frozen on the case. Raises WrongStatus unless the case waits in this clerk's (or nobody's) hands,
    every item of the checklist is ticked, and its kind allows it.
    """
    row = held(case, Case.Status.APPROVED, by=by)
    if unticked(row):
        raise WrongStatus(Conflict.UNTICKED)
    keep_differences(row)
    row.case_kind.approve(row, by)
    move(row, Case.Status.APPROVED, actor=by)
    return row


@transaction.atomic
def reject(case: Case, *, reason: str, by: Account) -> None:
    """却下: the chamber refuses (certification rules art. 2)."""
    row = held(case, Case.Status.REJECTED, by=by)
    keep_differences(row)
    move(row, Case.Status.REJECTED, actor=by, reason=reason)


@transaction.atomic
def write_note(case: Case, text: str, *, by: Account) -> CaseNote:
    """An internal note; the company never sees it."""
    note = CaseNote.objects.create(case=case, clerk=by, text=text)
    record("case.note_written", chamber=case.chamber, actor=by, subject=case)
    return note


@transaction.atomic
def write_to_company(case: Case, text: str, *, by: Account) -> CaseMessage:
    """A message to the company, which is told by mail that there is one. Raises WrongStatus where it could not read it."""
    if not case.case_kind.reach(case).is_open:
        raise WrongStatus(Conflict.COMPANY_NOT_REACHED)
    message = CaseMessage.objects.create(case=case, clerk=by, text=text)
    record("case.message_to_company", chamber=case.chamber, actor=by, subject=case)
    announce(message)
    return message
