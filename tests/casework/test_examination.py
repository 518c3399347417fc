"""What the chamber's clerks do with a case."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.models import Account, Role
from audit.models import AuditEntry
from casework import examination, services
from casework.models import Case
from casework.models.target import FIELD, WHOLE_CASE, Target
from chambers.models import DatedText
from foundation.errors import WrongStatus
from tests.casework.conftest import tick_everything
from tests.casework.test_services import put
from tests.factories import StaffFactory

Status = Case.Status
WITH_THE_CHAMBER = {Status.SUBMITTED}

VERBS: dict[str, tuple[Callable[[Case, Account], object], set[str]]] = {
    "tick": (lambda case, clerk: examination.tick(case, [0], by=clerk), WITH_THE_CHAMBER),
    "return_for_correction": (
        lambda case, clerk: examination.return_for_correction(
            case, {Target(FIELD, "company_name"): "登記と違います。"}, by=clerk
        ),
        WITH_THE_CHAMBER,
    ),
    "reject": (
        lambda case, clerk: examination.reject(case, reason="登録要件を満たしません。", by=clerk),
        {Status.SUBMITTED, Status.RETURNED},
    ),
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_works_in_its_statuses_only(verb: str, status: str, draft: Case, reviewer: Account) -> None:
    act, allowed = VERBS[verb]
    case = put(draft, status)
    if status in allowed:
        act(case, reviewer)
    else:
        with pytest.raises(WrongStatus):
            act(case, reviewer)
        case.refresh_from_db()
        assert case.status == status


@pytest.mark.parametrize("status", Status)
def test_only_what_is_with_the_chamber_can_be_held(status: str, draft: Case, reviewer: Account) -> None:
    case = put(draft, status)
    assert examination.take(case, by=reviewer) == (status == Status.SUBMITTED)


@pytest.fixture
def colleague(reviewer: Account) -> Account:
    return StaffFactory(chamber=reviewer.chamber, name="審査 五郎")


@pytest.mark.parametrize("verb", VERBS)
def test_a_held_case_is_refused_to_a_colleague(
    verb: str, submitted: Case, reviewer: Account, colleague: Account
) -> None:
    assert examination.take(submitted, by=reviewer)
    assert not examination.take(submitted, by=colleague)
    act, _allowed = VERBS[verb]
    with pytest.raises(WrongStatus):
        act(submitted, colleague)
    act(submitted, reviewer)


@pytest.mark.parametrize("how", ["leave", "time", "manager"])
def test_a_held_case_is_free_again(
    how: str, submitted: Case, reviewer: Account, colleague: Account, manager: Account
) -> None:
    examination.take(submitted, by=reviewer)
    later = timedelta(0)
    match how:
        case "leave":
            examination.leave(submitted, by=colleague)  # not the colleague's to leave
            assert not examination.take(submitted, by=colleague)
            examination.leave(submitted, by=reviewer)
        case "manager":
            examination.release(submitted, by=manager)
        case "time":
            later = timedelta(minutes=20)
    with time_machine.travel(timezone.now() + later):
        assert examination.take(submitted, by=colleague)


def test_work_prolongs_the_hold(submitted: Case, reviewer: Account, colleague: Account) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        examination.take(submitted, by=reviewer)
    with time_machine.travel(start + timedelta(minutes=15), tick=False):
        examination.tick(submitted, [0], by=reviewer)
    with time_machine.travel(start + timedelta(minutes=34), tick=False):
        assert not examination.take(submitted, by=colleague)
    with time_machine.travel(start + timedelta(minutes=35), tick=False):
        assert examination.take(submitted, by=colleague)


def test_releasing_what_nobody_holds_is_refused(submitted: Case, manager: Account) -> None:
    with pytest.raises(WrongStatus):
        examination.release(submitted, by=manager)


def test_ticks_keep_who_checked_first(submitted: Case, reviewer: Account, colleague: Account) -> None:
    examination.tick(submitted, [0, 1, 99], by=reviewer)
    examination.leave(submitted, by=reviewer)
    examination.tick(submitted, [1, 2], by=colleague)
    assert list(submitted.ticks.order_by("item").values_list("item", "ticked_by")) == [
        (1, reviewer.pk),
        (2, colleague.pk),
    ]
    assert len(examination.unticked(submitted)) == 3


def test_a_new_checklist_must_be_ticked_anew(submitted: Case, reviewer: Account) -> None:
    tick_everything(submitted, reviewer)
    assert examination.unticked(submitted) == []
    old = examination.checklist_of(submitted)
    tomorrow = timezone.localdate() + timedelta(days=1)
    DatedText.objects.create(chamber=submitted.chamber, kind=old.kind, version=2, valid_from=tomorrow, body="一\n\n二")
    assert examination.unticked(submitted) == []
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert examination.unticked(submitted) == ["一", "二"]


def test_a_return_needs_a_remark(submitted: Case, reviewer: Account) -> None:
    with pytest.raises(WrongStatus):
        examination.return_for_correction(submitted, {Target(FIELD, "company_name"): "", WHOLE_CASE: ""}, by=reviewer)
    submitted.refresh_from_db()
    assert submitted.status == Status.SUBMITTED


def test_a_return_keeps_the_remarks_lets_go_and_tells_the_company(
    submitted: Case, reviewer: Account, delivered: Callable[[], list[EmailMessage]]
) -> None:
    examination.take(submitted, by=reviewer)
    examination.return_for_correction(
        submitted, {Target(FIELD, "address_en"): "番地がありません。", WHOLE_CASE: ""}, by=reviewer
    )
    submitted.refresh_from_db()
    assert (submitted.status, submitted.held_by, submitted.held_until) == (Status.RETURNED, None, None)
    assert [(remark.target, remark.text) for remark in submitted.remarks.all()] == [
        (Target(FIELD, "address_en"), "番地がありません。")
    ]
    (mail,) = delivered()
    assert mail.to == [submitted.registration_case.contact_email]
    assert "番地" not in mail.body


def test_rejection_keeps_its_reason_for_both_sides(submitted: Case, reviewer: Account) -> None:
    examination.reject(submitted, reason="登録要件を満たしません。", by=reviewer)
    submitted.refresh_from_db()
    event = submitted.events.last()
    assert (submitted.status, event.reason, event.actor) == (Status.REJECTED, "登録要件を満たしません。", reviewer)
    assert submitted.decided_at is not None


def test_notes_stay_inside_and_messages_go_out(
    submitted: Case, reviewer: Account, delivered: Callable[[], list[EmailMessage]]
) -> None:
    examination.write_note(submitted, "登記簿を電話で確認した。", by=reviewer)
    assert delivered() == []
    examination.write_to_company(submitted, "印鑑証明書の原本をお送りください。", by=reviewer)
    (mail,) = delivered()
    assert mail.to == [submitted.registration_case.contact_email]
    assert "印鑑証明書" not in mail.body
    assert submitted.messages.get().read_at is None
    services.note_reading(submitted, by_clerk=True)
    assert submitted.messages.get().read_at is None
    services.note_reading(submitted, by_clerk=False)
    assert submitted.messages.get().read_at is not None


def test_every_act_is_on_record(submitted: Case, reviewer: Account, manager: Account) -> None:
    examination.take(submitted, by=reviewer)
    examination.release(submitted, by=manager)
    examination.tick(submitted, [0], by=reviewer)
    examination.write_note(submitted, "メモ", by=reviewer)
    examination.write_to_company(submitted, "連絡", by=reviewer)
    examination.return_for_correction(submitted, {WHOLE_CASE: "全体"}, by=reviewer)
    actions = AuditEntry.objects.filter(subject=f"casework.Case:{submitted.pk}").order_by("sequence")
    assert list(actions.values_list("action", flat=True)) == [
        "case.taken",
        "case.released",
        "case.checked",
        "case.note_written",
        "case.message_to_company",
        "case.returned",
    ]
    assert manager.role == Role.MANAGER
