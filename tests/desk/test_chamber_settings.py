"""What a chamber sets for itself: on record, one change after the other, and never backwards."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Account
from audit.models import AuditEntry
from casework.models import Case, ChecklistTick
from chambers.models import Chamber, DatedText, Fee, fee, texts_in_force
from desk import chamber_settings
from desk.chamber_settings import Span
from foundation.errors import WrongStatus
from registration_cases.models import AcceptedText, RegistrationCase
from registration_cases.services import create
from tests.factories import ChamberFactory
from tests.support.turns import at_once
from trade_registration.models import TradeRegistration

JST = ZoneInfo("Asia/Tokyo")
TODAY = dt.date(2026, 3, 10)
TOMORROW = TODAY + dt.timedelta(days=1)
APRIL = dt.date(2026, 4, 1)
Kind = DatedText.Kind
Item = Fee.Item
PROFILE = {
    "name": "新潟商工会議所",
    "name_en": "NIIGATA Chamber of Commerce & Industry",
    "postal_code": "950-8711",
    "address": "新潟市中央区万代島5-1万代島ビル7階",
    "telephone": "025-290-4209",
    "email": "boueki-shoumei@example.jp",
}
WINDOWS = {
    "last_day": "same_day",
    "renewal_opens_days": 30,
    "late_renewal_days": 0,
    "evidence_months": 3,
    "most_signers_without_reason": None,
}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """It is 10 March 2026, noon in Japan."""
    with time_machine.travel(dt.datetime(2026, 3, 10, 12, tzinfo=JST), tick=False):
        yield


@pytest.fixture
def chamber(manager: Account) -> Chamber:
    """A chamber that began yesterday."""
    yesterday = TODAY - dt.timedelta(days=1)
    manager.chamber.fees.update(valid_from=yesterday)
    manager.chamber.texts.update(valid_from=yesterday)
    return manager.chamber


def at(moment: str) -> time_machine.travel:
    """A moment in Japan."""
    return time_machine.travel(dt.datetime.fromisoformat(moment).replace(tzinfo=JST), tick=False)


def last_entry(chamber: Chamber) -> AuditEntry:
    return AuditEntry.objects.filter(chamber=chamber).latest("sequence")


def acts(chamber: Chamber) -> list[str]:
    return list(AuditEntry.objects.filter(chamber=chamber).order_by("sequence").values_list("action", flat=True))


def price(chamber: Chamber, *, is_member: bool = True) -> int | None:
    return fee(chamber, Item.RENEWAL, is_member=is_member, on=timezone.localdate())


def rules(chamber: Chamber) -> str:
    return texts_in_force(chamber, timezone.localdate())[Kind.CERTIFICATION_RULES].body


# --- Names, windows, seal ---


def test_the_profile_changes_at_once_and_the_old_words_are_on_record(chamber: Chamber, manager: Account) -> None:
    code = chamber.code
    moved = {"address": "新潟市中央区上大川前通7番町1243", "telephone": "025-223-6271"}
    chamber_settings.change_profile(chamber, by=manager, **{**PROFILE, **moved})
    row = Chamber.objects.get(pk=chamber.pk)
    assert (row.code, row.address, row.telephone) == (code, *moved.values())
    entry = last_entry(chamber)
    assert (entry.action, entry.actor, entry.subject) == (
        "chamber.profile_changed",
        f"accounts.Account:{manager.pk}",
        f"chambers.Chamber:{chamber.pk}",
    )
    assert entry.details == {"changes": {field: [PROFILE[field], value] for field, value in moved.items()}}


def test_a_profile_that_stays_the_same_is_no_act(chamber: Chamber, manager: Account) -> None:
    before = acts(chamber)
    chamber_settings.change_profile(chamber, by=manager, **PROFILE)
    chamber_settings.change_windows(chamber, by=manager, **WINDOWS)
    assert acts(chamber) == before


def test_windows_change_at_once_and_leave_the_last_day_of_registrations(chamber: Chamber, manager: Account) -> None:
    registration = chamber.registrations.get()
    until = registration.valid_until
    wider = {**WINDOWS, "last_day": "day_before", "renewal_opens_days": 60, "most_signers_without_reason": 15}
    chamber_settings.change_windows(chamber, by=manager, **wider)
    registration = TradeRegistration.objects.get(pk=registration.pk)
    assert registration.valid_until == until
    assert registration.renewal_opens_on == until - dt.timedelta(days=60)
    assert Chamber.objects.get(pk=chamber.pk).valid_until(dt.date(2026, 3, 10)) == dt.date(2028, 3, 9)
    entry = last_entry(chamber)
    assert entry.action == "chamber.windows_changed"
    assert entry.details["changes"] == {
        "last_day": ["same_day", "day_before"],
        "renewal_opens_days": [30, 60],
        "most_signers_without_reason": [None, 15],
    }


def test_the_seal_is_set_replaced_and_removed(chamber: Chamber, manager: Account) -> None:
    other = ChamberFactory()
    for picture in (b"first", b"second"):
        chamber_settings.set_seal(chamber, picture, by=manager)
        assert chamber.seal == picture
        entry = last_entry(chamber)
        assert (entry.action, entry.details["sha256"]) == ("chamber.seal_set", hashlib.sha256(picture).hexdigest())
    assert other.seal is None
    chamber_settings.remove_seal(chamber, by=manager)
    assert chamber.seal is None
    assert last_entry(chamber).action == "chamber.seal_removed"
    with pytest.raises(WrongStatus):
        chamber_settings.remove_seal(chamber, by=manager)


# --- Opening hours and closed days ---


def test_the_week_is_replaced_as_a_whole(chamber: Chamber, manager: Account) -> None:
    other = ChamberFactory()
    week = [Span(5, dt.time(13), dt.time(15)), Span(0, dt.time(10), dt.time(12)), Span(0, dt.time(13), dt.time(17, 30))]
    chamber_settings.set_opening_hours(chamber, week, by=manager)
    kept = chamber.opening_hours.values_list("weekday", "opens_at", "closes_at")
    assert list(kept) == sorted(week)
    assert other.opening_hours.count() == 10
    entry = last_entry(chamber)
    assert entry.action == "chamber.opening_hours_set"
    assert entry.details["days"] == {"0": ["10:00-12:00", "13:00-17:30"], "5": ["13:00-15:00"]}


def test_days_are_closed_one_by_one_and_in_a_row(chamber: Chamber, manager: Account) -> None:
    def close(first: dt.date, last: dt.date, name: str) -> None:
        chamber_settings.add_closed_days(chamber, first=first, last=last, name=name, by=manager)

    close(TODAY, TODAY, "創立記念日")
    assert last_entry(chamber).action == "chamber.closed_days_added"
    assert last_entry(chamber).details == {"days": ["2026-03-10"], "name": "創立記念日"}
    close(dt.date(2027, 1, 1), dt.date(2027, 1, 1), "元日")
    close(dt.date(2026, 12, 31), dt.date(2027, 1, 2), "年末年始")
    assert last_entry(chamber).details["days"] == ["2026-12-31", "2027-01-02"]
    assert [(f"{row.day:%m%d}", row.name) for row in chamber.closed_days.all()] == [
        ("0310", "創立記念日"),
        ("1231", "年末年始"),
        ("0101", "元日"),
        ("0102", "年末年始"),
    ]
    for first, last in ((TODAY, TODAY), (TODAY - dt.timedelta(days=1), TODAY), (TOMORROW, TODAY)):
        with pytest.raises(WrongStatus):
            close(first, last, "")


def test_a_closed_day_is_taken_back_until_it_is_past(chamber: Chamber, manager: Account) -> None:
    chamber_settings.add_closed_days(chamber, first=TODAY, last=TOMORROW, name="", by=manager)
    chamber_settings.remove_closed_day(chamber, TODAY, by=manager)
    entry = last_entry(chamber)
    assert (entry.action, entry.details) == ("chamber.closed_day_removed", {"day": "2026-03-10"})
    with pytest.raises(WrongStatus):
        chamber_settings.remove_closed_day(chamber, TODAY, by=manager)
    with at("2026-03-12T00:00:00"), pytest.raises(WrongStatus):
        chamber_settings.remove_closed_day(chamber, TOMORROW, by=manager)
    assert chamber.closed_days.get().day == TOMORROW


# --- Fees ---


def set_fee(chamber: Chamber, manager: Account, amount: int, valid_from: dt.date, *, is_member: bool = True) -> Fee:
    return chamber_settings.schedule_fee(
        chamber, Item.RENEWAL, is_member=is_member, amount=amount, valid_from=valid_from, by=manager
    )


def test_a_fee_begins_at_midnight_in_japan(chamber: Chamber, manager: Account) -> None:
    set_fee(chamber, manager, 1100, APRIL)
    with at("2026-03-31T23:59:59"):
        assert (price(chamber), price(chamber, is_member=False)) == (0, 0)
    with at("2026-04-01T00:00:00"):
        assert (price(chamber), price(chamber, is_member=False)) == (1100, 0)


def test_a_fee_is_on_record(chamber: Chamber, manager: Account) -> None:
    made = set_fee(chamber, manager, 1100, APRIL)
    entry = last_entry(chamber)
    assert (entry.action, entry.subject) == ("chamber.fee_scheduled", f"chambers.Fee:{made.pk}")
    assert entry.details == {"item": "renewal", "is_member": True, "amount": 1100, "valid_from": "2026-04-01"}
    chamber_settings.cancel_fee(made, by=manager)
    assert last_entry(chamber).action == "chamber.fee_cancelled"
    assert last_entry(chamber).details == entry.details
    assert last_entry(chamber).subject == entry.subject


@pytest.mark.parametrize("valid_from", [TODAY, TODAY - dt.timedelta(days=1), dt.date(2020, 1, 1)])
def test_a_fee_never_begins_backwards(chamber: Chamber, manager: Account, valid_from: dt.date) -> None:
    before = acts(chamber)
    with pytest.raises(WrongStatus):
        set_fee(chamber, manager, 1100, valid_from)
    assert price(chamber) == 0
    assert acts(chamber) == before


def test_the_first_fee_may_begin_today_but_not_yesterday(chamber: Chamber, manager: Account) -> None:
    chamber.fees.filter(item=Item.RENEWAL, is_member=True).delete()
    with pytest.raises(WrongStatus):
        set_fee(chamber, manager, 1100, TODAY - dt.timedelta(days=1))
    set_fee(chamber, manager, 1100, TODAY)
    assert price(chamber) == 1100
    with pytest.raises(WrongStatus):
        set_fee(chamber, manager, 1200, TODAY)


def test_tomorrow_is_reckoned_in_japan(chamber: Chamber, manager: Account) -> None:
    with at("2026-03-31T23:59:59"):
        set_fee(chamber, manager, 1100, APRIL)
        assert price(chamber) == 0
    with at("2026-04-01T00:00:00"):
        assert price(chamber) == 1100
        with pytest.raises(WrongStatus):
            set_fee(chamber, manager, 1200, APRIL, is_member=False)


def test_a_fee_may_be_set_before_one_that_is_scheduled_but_not_on_its_day(chamber: Chamber, manager: Account) -> None:
    set_fee(chamber, manager, 1200, dt.date(2026, 10, 1))
    set_fee(chamber, manager, 1100, APRIL)
    with pytest.raises(WrongStatus):
        set_fee(chamber, manager, 1300, dt.date(2026, 10, 1))
    with at("2026-09-30T23:59:59"):
        assert price(chamber) == 1100
    with at("2026-10-01T00:00:00"):
        assert price(chamber) == 1200


def test_a_fee_is_taken_back_only_before_it_begins(chamber: Chamber, manager: Account) -> None:
    made = set_fee(chamber, manager, 1100, APRIL)
    with at("2026-04-01T00:00:00"), pytest.raises(WrongStatus):
        chamber_settings.cancel_fee(made, by=manager)
    with at("2026-03-31T23:59:59"):
        chamber_settings.cancel_fee(made, by=manager)
        with pytest.raises(WrongStatus):
            chamber_settings.cancel_fee(made, by=manager)
    with at("2026-04-01T00:00:00"):
        assert price(chamber) == 0


def test_the_fee_of_a_decided_case_stays(chamber: Chamber, manager: Account) -> None:
    case = Case.objects.create(chamber=chamber, kind=RegistrationCase.Kind.NEW, fee=1000)
    set_fee(chamber, manager, 1100, TOMORROW)
    with at("2026-03-11T00:00:00"):
        case.refresh_from_db()
        assert case.fee == 1000


# --- Texts ---


def set_text(chamber: Chamber, manager: Account, body: str, valid_from: dt.date, kind: Kind | None = None) -> DatedText:
    return chamber_settings.schedule_text(
        chamber, kind or Kind.CERTIFICATION_RULES, body=body, valid_from=valid_from, by=manager
    )


def test_rules_begin_at_midnight_in_japan_and_the_old_version_is_kept(chamber: Chamber, manager: Account) -> None:
    old = rules(chamber)
    made = set_text(chamber, manager, "第1条 新しい規程", APRIL)
    assert made.version == 2
    with at("2026-03-31T23:59:59"):
        assert rules(chamber) == old
    with at("2026-04-01T00:00:00"):
        assert rules(chamber) == "第1条 新しい規程"
    assert chamber.texts.get(kind=Kind.CERTIFICATION_RULES, version=1).body == old


def test_a_text_is_on_record(chamber: Chamber, manager: Account) -> None:
    made = set_text(chamber, manager, "第1条 新しい規程", APRIL)
    entry = last_entry(chamber)
    assert (entry.action, entry.subject) == ("chamber.text_scheduled", f"chambers.DatedText:{made.pk}")
    assert entry.details == {"kind": "certification_rules", "version": 2, "valid_from": "2026-04-01"}
    chamber_settings.cancel_text(made, by=manager)
    assert last_entry(chamber).action == "chamber.text_cancelled"
    assert last_entry(chamber).details == entry.details


@pytest.mark.parametrize("valid_from", [TODAY, TODAY - dt.timedelta(days=1), dt.date(2020, 1, 1)])
@pytest.mark.parametrize("kind", sorted(DatedText.BINDING))
def test_what_people_accept_never_changes_backwards_nor_today(
    chamber: Chamber, manager: Account, kind: str, valid_from: dt.date
) -> None:
    with pytest.raises(WrongStatus):
        set_text(chamber, manager, "変更", valid_from, Kind(kind))
    assert chamber.texts.get(kind=kind).version == 1


def test_a_notice_is_corrected_on_the_day_it_begins_but_not_backwards(chamber: Chamber, manager: Account) -> None:
    for version, body in ((2, "明日は臨時休業です"), (3, "明日は臨時休業です。"), (4, "")):
        made = set_text(chamber, manager, body, TODAY, Kind.MEMBERS_NOTICE)
        assert made.version == version
        assert texts_in_force(chamber, TODAY)[Kind.MEMBERS_NOTICE].body == body
    with pytest.raises(WrongStatus):
        set_text(chamber, manager, "過去", TODAY - dt.timedelta(days=1), Kind.MEMBERS_NOTICE)


def test_the_first_version_may_begin_today(manager: Account) -> None:
    bare = ChamberFactory(defaults=False)
    with pytest.raises(WrongStatus):
        set_text(bare, manager, "規程", TODAY - dt.timedelta(days=1))
    assert set_text(bare, manager, "規程", TODAY).version == 1
    assert rules(bare) == "規程"


def test_versions_begin_in_their_order(chamber: Chamber, manager: Account) -> None:
    set_text(chamber, manager, "第2版", APRIL)
    for too_early in (TOMORROW, APRIL):
        with pytest.raises(WrongStatus):
            set_text(chamber, manager, "第3版", too_early)
    assert set_text(chamber, manager, "第3版", dt.date(2026, 4, 2)).version == 3


def test_only_the_newest_version_is_taken_back_and_only_before_it_begins(chamber: Chamber, manager: Account) -> None:
    second = set_text(chamber, manager, "第2版", APRIL)
    third = set_text(chamber, manager, "第3版", dt.date(2026, 5, 1))
    first = chamber.texts.get(kind=Kind.CERTIFICATION_RULES, version=1)
    for kept in (first, second):
        with pytest.raises(WrongStatus):
            chamber_settings.cancel_text(kept, by=manager)
    chamber_settings.cancel_text(third, by=manager)
    with pytest.raises(WrongStatus):
        chamber_settings.cancel_text(third, by=manager)
    with at("2026-04-01T00:00:00"), pytest.raises(WrongStatus):
        chamber_settings.cancel_text(second, by=manager)
    with at("2026-03-31T23:59:59"):
        chamber_settings.cancel_text(second, by=manager)
    assert set_text(chamber, manager, "新しい第2版", APRIL).version == 2


def accept(case: Case, text: DatedText, manager: Account) -> None:
    AcceptedText.objects.create(case=case.registration_case, text=text)


def tick(case: Case, text: DatedText, manager: Account) -> None:
    ChecklistTick.objects.create(case=case, text=text, item=0, ticked_by=manager)


@pytest.mark.parametrize("refer", [accept, tick])
def test_a_version_that_a_case_refers_to_stays(
    chamber: Chamber, manager: Account, refer: Callable[[Case, DatedText, Account], None]
) -> None:
    text = set_text(chamber, manager, "第2版", APRIL)
    case = create(chamber, RegistrationCase.Kind.NEW, contact_email="hanako@example.jp").envelope
    refer(case, text, manager)
    before = acts(chamber)
    with pytest.raises(WrongStatus):
        chamber_settings.cancel_text(text, by=manager)
    assert DatedText.objects.filter(pk=text.pk).exists()
    assert acts(chamber) == before


# --- Two managers at once ---


def successes(times: int, work: Callable[[], object]) -> int:
    """How many of so many at once were not refused."""

    def one() -> bool:
        try:
            work()
        except WrongStatus:
            return False
        return True

    return sum(at_once(times, one))


@pytest.mark.django_db(transaction=True)
def test_of_managers_at_once_one_sets_the_fee_of_a_day(chamber: Chamber, manager: Account) -> None:
    assert successes(4, lambda: set_fee(chamber, manager, 1100, APRIL)) == 1
    assert chamber.fees.filter(valid_from=APRIL).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_managers_at_once_one_writes_the_next_version(chamber: Chamber, manager: Account) -> None:
    assert successes(4, lambda: set_text(chamber, manager, "第2版", APRIL)) == 1
    days = iter(dt.date(2026, 5, day) for day in range(1, 5))
    assert successes(4, lambda: set_text(chamber, manager, "次の版", next(days))) >= 1
    kept = chamber.texts.filter(kind=Kind.CERTIFICATION_RULES).order_by("version")
    assert [text.version for text in kept] == list(range(1, len(kept) + 1))
    assert [text.valid_from for text in kept] == sorted(text.valid_from for text in kept)


@pytest.mark.django_db(transaction=True)
def test_of_managers_at_once_one_takes_a_version_back(chamber: Chamber, manager: Account) -> None:
    text = set_text(chamber, manager, "第2版", APRIL)
    assert successes(4, lambda: chamber_settings.cancel_text(text, by=manager)) == 1
    assert acts(chamber).count("chamber.text_cancelled") == 1


@pytest.mark.django_db(transaction=True)
def test_weeks_of_managers_at_once_are_never_mixed(chamber: Chamber, manager: Account) -> None:
    hours = iter(range(8, 12))

    def set_week() -> None:
        opens = dt.time(next(hours))
        week = [Span(weekday, opens, dt.time(17)) for weekday in range(5)]
        chamber_settings.set_opening_hours(chamber, week, by=manager)

    assert successes(4, set_week) == 4
    assert chamber.opening_hours.count() == 5
    assert len(set(chamber.opening_hours.values_list("opens_at", flat=True))) == 1
