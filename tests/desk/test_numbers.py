"""The chamber's numbers, counted by months in Japan."""

import datetime as dt
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.models import Account
from casework import examination, services
from casework.models import Case, CaseEvent
from casework.models.target import WHOLE_CASE
from chambers.models import Chamber
from desk import numbers
from desk.numbers import NOTHING, Durations, Move, RegistrationsNow, Spread
from registration_cases.models import RegistrationCase
from tests.casework.factories import CaseFactory
from tests.conftest import Company
from tests.factories import ChamberFactory, TradeRegistrationFactory
from trade_registration.models import TradeRegistration
from trade_registration.services import delete

JST = ZoneInfo("Asia/Tokyo")
TODAY = dt.date(2026, 10, 14)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AUGUST, SEPTEMBER, OCTOBER = dt.date(2026, 8, 1), dt.date(2026, 9, 1), dt.date(2026, 10, 1)
END_OF_AUGUST, START_OF_SEPTEMBER = datetime(2026, 8, 31, 23, 59, 59, tzinfo=JST), datetime(2026, 9, 1, tzinfo=JST)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """It is 14 October 2026, noon in Japan."""
    with time_machine.travel(datetime(2026, 10, 14, 12, tzinfo=JST), tick=False):
        yield


@pytest.fixture
def chamber(db: None) -> Chamber:
    return ChamberFactory()


@pytest.fixture
def others(db: None) -> Chamber:
    """Another chamber, whose numbers are nobody else's."""
    return ChamberFactory()


def case(
    chamber: Chamber,
    submitted_at: datetime,
    status: str = "submitted",
    decided_at: datetime | None = None,
    **said: object,
) -> Case:
    """A case first sent at a time, and perhaps decided."""
    return CaseFactory(
        chamber=chamber,
        submitted=True,
        complete=False,
        submitted_at=submitted_at,
        status=status,
        decided_at=decided_at,
        **said,
    )


def case_with_history(chamber: Chamber, *moves: tuple[datetime, str]) -> Case:
    """A case that moved to each status at its time, the first time from a draft."""
    (sent_at, _), (last_at, last) = moves[0], moves[-1]
    made = case(chamber, sent_at, last, last_at if last in ("approved", "rejected", "withdrawn") else None)
    for (_, before), (at, after) in pairwise([(sent_at, "draft"), *moves]):
        CaseEvent.objects.create(case=made, at=at, from_status=before, to_status=after)
    return made


def registration(chamber: Chamber, first: dt.date, last: dt.date, status: str = "in_force") -> TradeRegistration:
    return TradeRegistrationFactory(chamber=chamber, registered_on=first, valid_until=last, status=status)


# --- Periods ---


def test_the_last_twelve_months_end_with_the_present_one() -> None:
    period = numbers.last_twelve_months()
    assert (period.months[0], period.last_month, len(period.months)) == (dt.date(2025, 11, 1), OCTOBER, 12)
    assert period.starts_at == datetime(2025, 11, 1, tzinfo=JST)
    assert period.ends_at == datetime(2026, 11, 1, tzinfo=JST)
    assert period.is_running


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (datetime(2026, 9, 30, 14, 59, tzinfo=dt.UTC), SEPTEMBER),
        (datetime(2026, 9, 30, 15, 0, tzinfo=dt.UTC), OCTOBER),
    ],
)
def test_a_month_begins_at_midnight_in_japan(now: datetime, last: dt.date) -> None:
    with time_machine.travel(now, tick=False):
        assert numbers.last_twelve_months().last_month == last


def test_a_fiscal_year_runs_from_april_to_march() -> None:
    period = numbers.fiscal_year(2025)
    assert (period.months[0], period.last_month, len(period.months)) == (dt.date(2025, 4, 1), dt.date(2026, 3, 1), 12)
    assert not period.is_running


def test_the_present_fiscal_year_ends_with_the_present_month() -> None:
    period = numbers.fiscal_year(2026)
    assert (period.months[0], period.last_month, len(period.months)) == (dt.date(2026, 4, 1), OCTOBER, 7)
    assert period.is_running


@pytest.mark.parametrize(
    ("first_sent", "earliest"),
    [
        (datetime(2025, 3, 31, 23, 59, 59, tzinfo=JST), 2024),
        (datetime(2025, 4, 1, 0, 0, tzinfo=JST), 2025),
    ],
)
def test_the_fiscal_years_since_the_first_case_can_be_chosen(
    others: Chamber, chamber: Chamber, first_sent: datetime, earliest: int
) -> None:
    case(others, datetime(2015, 5, 1, tzinfo=JST))
    case(chamber, first_sent)
    case(chamber, datetime(2026, 5, 1, tzinfo=JST))
    years = [period.fiscal_year for period in numbers.periods(chamber)]
    assert years == [None, *range(2026, earliest - 1, -1)]


def test_before_the_first_case_the_present_fiscal_year_can_be_chosen(others: Chamber, chamber: Chamber) -> None:
    case(others, datetime(2015, 5, 1, tzinfo=JST))
    CaseFactory(chamber=chamber, complete=False, created_at=datetime(2020, 5, 1, tzinfo=JST))
    assert [period.fiscal_year for period in numbers.periods(chamber)] == [None, 2026]


@pytest.mark.parametrize(("day", "year"), [(dt.date(2027, 3, 31), 2026), (dt.date(2027, 4, 1), 2027)])
def test_the_newest_choice_changes_on_the_first_of_april(chamber: Chamber, day: dt.date, year: int) -> None:
    with time_machine.travel(datetime(day.year, day.month, day.day, tzinfo=JST), tick=False):
        assert numbers.periods(chamber)[1].fiscal_year == year


# --- Registrations ---


def test_registrations_are_counted_by_what_they_are_today(others: Chamber, chamber: Chamber) -> None:
    for status in ("in_force", "suspended", "deleted"):
        registration(others, TODAY - DAY, TODAY, status)
        registration(others, TODAY - 9 * DAY, TODAY - DAY, status)
    registration(chamber, TODAY - DAY, TODAY)
    registration(chamber, TODAY - DAY, TODAY + 365 * DAY)
    registration(chamber, TODAY - 9 * DAY, TODAY - DAY)
    registration(chamber, TODAY - DAY, TODAY + DAY, "suspended")
    registration(chamber, TODAY - 9 * DAY, TODAY - DAY, "suspended")
    registration(chamber, TODAY - 9 * DAY, TODAY - DAY, "suspended")
    for _ in range(4):
        registration(chamber, TODAY - 9 * DAY, TODAY + DAY, "deleted")
    assert numbers.registrations_now(chamber) == RegistrationsNow(in_force=2, expired=1, suspended=3, deleted=4)


@pytest.mark.parametrize(
    ("first", "last", "valid_at_the_end_of"),
    [
        (dt.date(2026, 8, 31), dt.date(2028, 8, 31), [AUGUST, SEPTEMBER, OCTOBER]),
        (dt.date(2026, 9, 1), dt.date(2028, 9, 1), [SEPTEMBER, OCTOBER]),
        (dt.date(2024, 8, 31), dt.date(2026, 8, 31), [AUGUST]),
        (dt.date(2024, 8, 30), dt.date(2026, 8, 30), []),
        (dt.date(2026, 10, 14), dt.date(2028, 10, 14), [OCTOBER]),
        (dt.date(2024, 10, 14), dt.date(2026, 10, 14), [AUGUST, SEPTEMBER, OCTOBER]),
        (dt.date(2024, 10, 13), dt.date(2026, 10, 13), [AUGUST, SEPTEMBER]),
    ],
)
@pytest.mark.parametrize("status", ["in_force", "suspended"])
def test_a_registration_counts_at_the_end_of_the_months_in_which_it_was_valid(
    others: Chamber, chamber: Chamber, first: dt.date, last: dt.date, valid_at_the_end_of: list[dt.date], status: str
) -> None:
    registration(others, dt.date(2025, 1, 1), dt.date(2027, 1, 1))
    registration(chamber, first, last, status)
    counts = numbers.in_force_by_month(chamber, numbers.last_twelve_months())
    assert list(counts) == list(numbers.last_twelve_months().months)
    assert [counts[month] for month in (AUGUST, SEPTEMBER, OCTOBER)] == [
        int(month in valid_at_the_end_of) for month in (AUGUST, SEPTEMBER, OCTOBER)
    ]


@pytest.mark.parametrize(
    ("deleted_at", "counted"),
    [
        (datetime(2026, 8, 31, 9, tzinfo=JST), [0, 0, 0]),
        (datetime(2026, 9, 1, 0, 30, tzinfo=JST), [1, 0, 0]),
        (datetime(2026, 10, 1, 9, tzinfo=JST), [1, 1, 0]),
        (datetime(2026, 10, 14, 9, tzinfo=JST), [1, 1, 0]),
    ],
)
def test_a_deleted_registration_counts_until_the_day_before(
    company: Company, stranger: Company, manager: Account, deleted_at: datetime, counted: list[int]
) -> None:
    mine = registration(company.chamber, dt.date(2025, 1, 15), dt.date(2027, 1, 15))
    for row in (company.registration, registration(stranger.chamber, dt.date(2025, 1, 15), dt.date(2027, 1, 15))):
        row.registered_on, row.status = dt.date(2025, 1, 15), "deleted"
        row.save()
    with time_machine.travel(deleted_at, tick=False):
        delete(mine, reason="廃業", by=manager)
    counts = numbers.in_force_by_month(company.chamber, numbers.last_twelve_months())
    assert [counts[month] for month in (AUGUST, SEPTEMBER, OCTOBER)] == counted


def test_registrations_that_end_are_counted_from_today_for_twelve_months(others: Chamber, chamber: Chamber) -> None:
    registration(others, dt.date(2025, 1, 15), TODAY)
    for last in (
        TODAY - DAY,
        TODAY,
        dt.date(2026, 10, 31),
        dt.date(2026, 11, 1),
        dt.date(2026, 11, 30),
        dt.date(2027, 2, 28),
        dt.date(2027, 9, 30),
        dt.date(2027, 10, 1),
    ):
        registration(chamber, dt.date(2025, 1, 15), last)
    for status in ("suspended", "deleted"):
        registration(chamber, dt.date(2025, 1, 15), dt.date(2027, 9, 30), status)
    counts = numbers.expiring_by_month(chamber)
    months = list(counts)
    assert (months[0], months[-1], len(months)) == (OCTOBER, dt.date(2027, 9, 1), 12)
    assert list(counts.values()) == [2, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]


# --- Cases ---


def test_cases_are_received_in_the_month_of_their_first_sending(others: Chamber, chamber: Chamber) -> None:
    case(others, END_OF_AUGUST)
    case(chamber, END_OF_AUGUST)
    case(chamber, START_OF_SEPTEMBER, "returned", submissions=3, waiting_since=datetime(2026, 10, 2, tzinfo=JST))
    case(chamber, START_OF_SEPTEMBER)
    counts = numbers.case_counts(chamber, numbers.last_twelve_months())
    assert [counts.of(month, Move.RECEIVED) for month in (AUGUST, SEPTEMBER, OCTOBER)] == [1, 2, 0]


@pytest.mark.parametrize("status", ["approved", "rejected", "withdrawn"])
def test_decisions_count_in_the_month_in_which_they_were_made(others: Chamber, chamber: Chamber, status: str) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=JST)
    case(others, long_ago, status, END_OF_AUGUST)
    case(chamber, long_ago, status, END_OF_AUGUST)
    case(chamber, END_OF_AUGUST, status, START_OF_SEPTEMBER)
    case(chamber, END_OF_AUGUST, status, START_OF_SEPTEMBER)
    counts = numbers.case_counts(chamber, numbers.last_twelve_months())
    for move in (Move.APPROVED, Move.RETURNED, Move.REJECTED, Move.WITHDRAWN):
        assert [counts.of(month, move) for month in (AUGUST, SEPTEMBER)] == ([1, 2] if move == status else [0, 0])
    assert [counts.of(month, Move.RECEIVED) for month in (AUGUST, SEPTEMBER)] == [2, 0]


def test_a_case_counts_as_returned_each_time(others: Chamber, chamber: Chamber) -> None:
    for whose in (others, chamber):
        case_with_history(
            whose,
            (datetime(2025, 9, 1, tzinfo=JST), "submitted"),
            (END_OF_AUGUST, "returned"),
            (END_OF_AUGUST, "submitted"),
            (START_OF_SEPTEMBER, "returned"),
            (START_OF_SEPTEMBER, "submitted"),
            (START_OF_SEPTEMBER + HOUR, "returned"),
            (START_OF_SEPTEMBER + 2 * HOUR, "withdrawn"),
        )
    counts = numbers.case_counts(chamber, numbers.last_twelve_months())
    assert [counts.of(month, Move.RETURNED) for month in (AUGUST, SEPTEMBER, OCTOBER)] == [1, 2, 0]
    assert counts.of(SEPTEMBER, Move.WITHDRAWN) == 1


def test_drafts_that_were_given_up_are_not_the_chambers(chamber: Chamber) -> None:
    CaseFactory(chamber=chamber, complete=False, status="withdrawn", decided_at=START_OF_SEPTEMBER)
    assert numbers.case_counts(chamber, numbers.last_twelve_months()).counts == {}


def test_each_kind_of_case_is_counted_apart(chamber: Chamber) -> None:
    existing = registration(chamber, dt.date(2025, 1, 15), dt.date(2027, 1, 15))
    case(chamber, START_OF_SEPTEMBER, "rejected", START_OF_SEPTEMBER)
    for kind, how_many in (("change", 2), ("renewal", 3)):
        for _ in range(how_many):
            case(chamber, START_OF_SEPTEMBER, "approved", START_OF_SEPTEMBER, kind=kind, registration=existing)
    counts = numbers.case_counts(chamber, numbers.last_twelve_months())
    received = [counts.of(SEPTEMBER, Move.RECEIVED, kind) for kind in RegistrationCase.Kind]
    assert (received, counts.of(SEPTEMBER, Move.RECEIVED)) == ([1, 2, 3], 6)
    assert [counts.of(SEPTEMBER, Move.APPROVED, kind) for kind in RegistrationCase.Kind] == [0, 2, 3]
    assert counts.of(SEPTEMBER, Move.REJECTED, RegistrationCase.Kind.NEW) == 1


def test_only_the_chosen_fiscal_year_is_counted(chamber: Chamber) -> None:
    before, first = datetime(2025, 3, 31, 23, 59, 59, tzinfo=JST), datetime(2025, 4, 1, tzinfo=JST)
    last, after = datetime(2026, 3, 31, 23, 59, 59, tzinfo=JST), datetime(2026, 4, 1, tzinfo=JST)
    for at in (before, first, last, after):
        case_with_history(chamber, (at, "submitted"), (at, "returned"), (at, "submitted"), (at, "approved"))
    period = numbers.fiscal_year(2025)
    counts = numbers.case_counts(chamber, period)
    for move in (Move.RECEIVED, Move.RETURNED, Move.APPROVED):
        assert [counts.of(month, move) for month in period.months] == [1, *[0] * 10, 1]
    assert numbers.processing_time(chamber, period).whole.count == 2
    assert numbers.time_in_hand(chamber, period).whole.count == 4


# --- How long it took ---


def test_the_processing_time_is_exact(others: Chamber, chamber: Chamber) -> None:
    case(others, START_OF_SEPTEMBER, "approved", START_OF_SEPTEMBER + 20 * DAY)
    for days in (1, 2, 3, 4):
        case(chamber, START_OF_SEPTEMBER, "approved", START_OF_SEPTEMBER + days * DAY)
    case(chamber, START_OF_SEPTEMBER, "rejected", START_OF_SEPTEMBER + 10 * DAY)
    case(chamber, START_OF_SEPTEMBER, "withdrawn", START_OF_SEPTEMBER + 20 * DAY)
    case(chamber, START_OF_SEPTEMBER)
    case(chamber, END_OF_AUGUST - 12 * HOUR, "approved", END_OF_AUGUST)
    took = numbers.processing_time(chamber, numbers.last_twelve_months())
    # Of 1, 2, 3, 4, 10 days: the third; and six tenths of the way from the fourth to the fifth.
    assert took.of(SEPTEMBER) == Spread(5, 3 * DAY, 4 * DAY + 0.6 * 6 * DAY)
    assert took.of(AUGUST) == Spread(1, 12 * HOUR, 12 * HOUR)
    assert took.of(OCTOBER) == NOTHING
    assert took.whole == Spread(6, 2.5 * DAY, 7 * DAY)


def test_only_the_time_in_the_chambers_hands_counts_there(others: Chamber, chamber: Chamber) -> None:
    start = START_OF_SEPTEMBER
    case_with_history(others, (start, "submitted"), (start + 99 * HOUR, "approved"))
    case_with_history(
        chamber,
        (start, "submitted"),
        (start + 5 * HOUR, "returned"),
        (start + 50 * HOUR, "submitted"),
        (start + 53 * HOUR, "approved"),
    )
    case_with_history(chamber, (start, "submitted"), (start + 9 * HOUR, "withdrawn"))
    case_with_history(chamber, (start, "submitted"), (start + 4 * HOUR, "returned"), (start + 700 * HOUR, "rejected"))
    case_with_history(chamber, (start, "submitted"))
    took = numbers.time_in_hand(chamber, numbers.last_twelve_months())
    # Of 3, 4, 5 hours: the second; and eight tenths of the way from it to the third.
    expected = Spread(3, 4 * HOUR, 4.8 * HOUR)
    assert took == Durations({SEPTEMBER: expected}, expected)


def test_an_answer_counts_in_its_own_month(chamber: Chamber) -> None:
    case_with_history(chamber, (END_OF_AUGUST - HOUR, "submitted"), (END_OF_AUGUST, "returned"))
    case_with_history(chamber, (END_OF_AUGUST, "submitted"), (START_OF_SEPTEMBER, "returned"))
    took = numbers.time_in_hand(chamber, numbers.last_twelve_months())
    assert took.of(AUGUST) == Spread(1, HOUR, HOUR)
    assert took.of(SEPTEMBER) == Spread(1, timedelta(seconds=1), timedelta(seconds=1))


def test_what_the_services_write_is_what_is_counted(company: Company, reviewer: Account) -> None:
    draft = CaseFactory(chamber=company.chamber)
    with time_machine.travel(datetime(2026, 10, 14, 12, tzinfo=JST), tick=False) as clock:
        sent = services.submit(draft, by=None)
        clock.shift(2 * HOUR)
        examination.return_for_correction(sent, {WHOLE_CASE: "登記簿の写しを添付してください。"}, by=reviewer)
        clock.shift(20 * HOUR)
        services.submit(sent, by=None)
        clock.shift(4 * HOUR)
        examination.reject(sent, reason="実在が確認できません。", by=reviewer)
    period = numbers.last_twelve_months()
    counts = numbers.case_counts(company.chamber, period)
    assert [counts.of(OCTOBER, move, RegistrationCase.Kind.NEW) for move in Move] == [1, 0, 1, 1, 0]
    assert numbers.processing_time(company.chamber, period).whole == Spread(1, 26 * HOUR, 26 * HOUR)
    assert numbers.time_in_hand(company.chamber, period).whole == Spread(2, 3 * HOUR, 3.8 * HOUR)


def test_an_empty_chamber_has_zeros(others: Chamber, chamber: Chamber) -> None:
    registration(others, TODAY - DAY, TODAY)
    case_with_history(others, (END_OF_AUGUST, "submitted"), (START_OF_SEPTEMBER, "approved"))
    for period in numbers.periods(chamber):
        assert set(numbers.in_force_by_month(chamber, period).values()) == {0}
        assert numbers.case_counts(chamber, period).counts == {}
        assert numbers.processing_time(chamber, period) == Durations({}, NOTHING)
        assert numbers.time_in_hand(chamber, period) == Durations({}, NOTHING)
    assert numbers.registrations_now(chamber) == RegistrationsNow(0, 0, 0, 0)
    assert set(numbers.expiring_by_month(chamber).values()) == {0}
