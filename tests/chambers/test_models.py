"""Validity, opening days, prices and texts by date."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chambers.models import (
    Chamber,
    ClosedDay,
    DatedText,
    Fee,
    OpeningHours,
    Seal,
    fee,
    first_day_for_fee,
    first_day_for_text,
    texts_in_force,
    two_years_after,
)
from tests.factories import ChamberFactory

pytestmark = pytest.mark.django_db

JST = ZoneInfo("Asia/Tokyo")
SAME_DAY, DAY_BEFORE = Chamber.LastDay.SAME_DAY, Chamber.LastDay.DAY_BEFORE
Kind = DatedText.Kind
Item = Fee.Item
DAY = dt.date(2026, 4, 1)


@pytest.fixture
def chamber() -> Chamber:
    """A chamber that has set nothing."""
    return ChamberFactory(defaults=False)


def jst(day: int, hour: int, minute: int = 0, second: int = 0) -> dt.datetime:
    """A moment of April 2026 in Japan. The 1st is a Wednesday."""
    return dt.datetime(2026, 4, day, hour, minute, second, tzinfo=JST)


# --- Validity ---


@pytest.mark.parametrize(
    ("convention", "first_day", "last_day"),
    [
        (SAME_DAY, dt.date(2024, 11, 14), dt.date(2026, 11, 14)),
        (DAY_BEFORE, dt.date(2021, 6, 1), dt.date(2023, 5, 31)),
        (SAME_DAY, dt.date(2024, 2, 29), dt.date(2026, 2, 28)),
        (DAY_BEFORE, dt.date(2024, 2, 29), dt.date(2026, 2, 28)),
        (SAME_DAY, dt.date(2024, 3, 1), dt.date(2026, 3, 1)),
        (DAY_BEFORE, dt.date(2024, 3, 1), dt.date(2026, 2, 28)),
        (DAY_BEFORE, dt.date(2026, 3, 1), dt.date(2028, 2, 29)),
        (SAME_DAY, dt.date(2026, 2, 28), dt.date(2028, 2, 28)),
        (DAY_BEFORE, dt.date(2026, 2, 28), dt.date(2028, 2, 27)),
        (DAY_BEFORE, dt.date(2025, 1, 1), dt.date(2026, 12, 31)),
    ],
)
def test_a_registration_lasts_two_years_by_the_chambers_convention(
    convention: str, first_day: dt.date, last_day: dt.date
) -> None:
    assert Chamber(last_day=convention).valid_until(first_day) == last_day


@pytest.mark.parametrize(
    ("convention", "last_day", "renewed"),
    [
        (DAY_BEFORE, dt.date(2026, 2, 28), dt.date(2028, 2, 29)),
        (DAY_BEFORE, dt.date(2028, 2, 29), dt.date(2030, 2, 28)),
        (DAY_BEFORE, dt.date(2026, 2, 27), dt.date(2028, 2, 27)),
        (DAY_BEFORE, dt.date(2028, 2, 28), dt.date(2030, 2, 28)),
        (DAY_BEFORE, dt.date(2025, 2, 28), dt.date(2027, 2, 28)),
        (DAY_BEFORE, dt.date(2026, 12, 31), dt.date(2028, 12, 31)),
        (SAME_DAY, dt.date(2026, 2, 28), dt.date(2028, 2, 28)),
        (SAME_DAY, dt.date(2028, 2, 29), dt.date(2030, 2, 28)),
        (SAME_DAY, dt.date(2026, 11, 14), dt.date(2028, 11, 14)),
    ],
)
def test_a_renewal_adds_two_years_by_the_chambers_convention(
    convention: str, last_day: dt.date, renewed: dt.date
) -> None:
    assert Chamber(last_day=convention).renewed_until(last_day) == renewed


def test_two_years_after_a_29_february_is_a_28_february() -> None:
    assert two_years_after(dt.date(2024, 2, 29)) == dt.date(2026, 2, 28)
    assert two_years_after(dt.date(2023, 2, 28)) == dt.date(2025, 2, 28)


# --- Opening days ---


@pytest.fixture
def open_chamber(chamber: Chamber) -> Chamber:
    """Works on Wednesdays, with a break at noon, and on Thursday mornings."""
    for weekday, opens, closes in ((2, 9, 12), (2, 13, 16), (3, 9, 12)):
        OpeningHours.objects.create(
            chamber=chamber, weekday=weekday, opens_at=dt.time(opens), closes_at=dt.time(closes)
        )
    return chamber


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (jst(1, 8, 59, 59), False),
        (jst(1, 9), True),
        (jst(1, 11, 59, 59), True),
        (jst(1, 12), False),
        (jst(1, 13), True),
        (jst(1, 16), False),
        (jst(2, 15), False),
        (jst(3, 10), False),
        (jst(8, 10), False),
        # The same moments, as the database keeps them: 10:00 in Japan is 1:00 in UTC, 9:00 is midnight.
        (dt.datetime(2026, 4, 1, 1, tzinfo=dt.UTC), True),
        (dt.datetime(2026, 4, 1, 0, tzinfo=dt.UTC), True),
        (dt.datetime(2026, 4, 1, 10, tzinfo=dt.UTC), False),
        # Wednesday night in UTC is Thursday morning in Japan.
        (dt.datetime(2026, 4, 1, 23, tzinfo=dt.UTC), False),
        (dt.datetime(2026, 4, 2, 1, tzinfo=dt.UTC), True),
    ],
)
def test_a_chamber_is_open_in_its_hours_in_japan_and_not_on_closed_days(
    open_chamber: Chamber, at: dt.datetime, is_open: bool
) -> None:
    ClosedDay.objects.create(chamber=open_chamber, day=dt.date(2026, 4, 8), name="創立記念日")
    with time_machine.travel(at, tick=False):
        assert open_chamber.is_open(timezone.now()) is is_open


def test_the_next_open_day_jumps_over_weekends_and_holidays(open_chamber: Chamber) -> None:
    assert open_chamber.next_open_day(dt.date(2026, 4, 1)) == dt.date(2026, 4, 2)
    assert open_chamber.next_open_day(dt.date(2026, 4, 2)) == dt.date(2026, 4, 8)
    ClosedDay.objects.create(chamber=open_chamber, day=dt.date(2026, 4, 8))
    assert open_chamber.next_open_day(dt.date(2026, 4, 2)) == dt.date(2026, 4, 9)


def test_a_chamber_without_hours_has_no_open_day(chamber: Chamber) -> None:
    assert chamber.next_open_day(DAY) is None
    assert not chamber.is_open(jst(1, 10))


def test_finding_the_next_open_day_takes_two_queries(
    open_chamber: Chamber, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        open_chamber.next_open_day(dt.date(2026, 4, 2))


def test_days_to_close_are_those_not_closed_yet(chamber: Chamber) -> None:
    ClosedDay.objects.create(chamber=chamber, day=dt.date(2026, 4, 2))
    assert chamber.days_to_close(DAY, dt.date(2026, 4, 3)) == [DAY, dt.date(2026, 4, 3)]
    assert chamber.days_to_close(dt.date(2026, 4, 2), dt.date(2026, 4, 2)) == []


def test_hours_end_after_they_begin(chamber: Chamber) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningHours.objects.create(chamber=chamber, weekday=0, opens_at=dt.time(12), closes_at=dt.time(12))


# --- Windows, and the seal ---


@pytest.mark.parametrize(
    "wrong",
    [
        {"renewal_opens_days": 0},
        {"renewal_opens_days": 181},
        {"late_renewal_days": 366},
        {"evidence_months": 0},
        {"evidence_months": 13},
        {"most_signers_without_reason": 0},
    ],
)
def test_the_database_keeps_windows_in_range(chamber: Chamber, wrong: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Chamber.objects.filter(pk=chamber.pk).update(**wrong)


@pytest.mark.parametrize("wrong", [{"postal_code": "9508711"}, {"telephone": "なし"}])
def test_a_chamber_is_reached_at_numbers(wrong: dict[str, str]) -> None:
    chamber = ChamberFactory.build(**wrong)
    with pytest.raises(ValidationError) as refused:
        chamber.full_clean()
    assert set(refused.value.message_dict) == set(wrong)


def test_the_seal_is_read_only_when_asked_for(
    chamber: Chamber, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert chamber.seal is None
    Seal.objects.create(chamber=chamber, picture=b"png")
    with django_assert_num_queries(2):
        assert Chamber.objects.get(pk=chamber.pk).seal == b"png"


# --- Fees ---


def test_a_fee_holds_from_its_day_until_the_next_begins(chamber: Chamber) -> None:
    other = ChamberFactory(defaults=False)
    for amount, valid_from in ((1100, dt.date(2026, 4, 1)), (1200, dt.date(2026, 10, 1))):
        Fee.objects.create(chamber=chamber, item=Item.RENEWAL, is_member=True, amount=amount, valid_from=valid_from)
    Fee.objects.create(chamber=chamber, item=Item.RENEWAL, is_member=False, amount=2200, valid_from=DAY)
    Fee.objects.create(chamber=chamber, item=Item.REGISTRATION, is_member=True, amount=9900, valid_from=DAY)
    Fee.objects.create(chamber=other, item=Item.RENEWAL, is_member=True, amount=5, valid_from=DAY)

    def price(on: dt.date) -> int | None:
        return fee(chamber, Item.RENEWAL, is_member=True, on=on)

    assert price(dt.date(2026, 3, 31)) is None
    assert price(dt.date(2026, 4, 1)) == price(dt.date(2026, 9, 30)) == 1100
    assert price(dt.date(2026, 10, 1)) == price(dt.date(2030, 1, 1)) == 1200
    assert fee(chamber, Item.RENEWAL, is_member=False, on=dt.date(2026, 10, 1)) == 2200


def test_a_price_may_begin_today_only_where_there_is_none(chamber: Chamber) -> None:
    with time_machine.travel(jst(1, 23, 59, 59), tick=False):
        assert first_day_for_fee(chamber, Item.RENEWAL, is_member=True) == DAY
        Fee.objects.create(chamber=chamber, item=Item.RENEWAL, is_member=True, amount=1, valid_from=dt.date(2026, 4, 9))
        assert first_day_for_fee(chamber, Item.RENEWAL, is_member=True) == DAY
        Fee.objects.create(chamber=chamber, item=Item.RENEWAL, is_member=True, amount=1, valid_from=DAY)
        assert first_day_for_fee(chamber, Item.RENEWAL, is_member=True) == dt.date(2026, 4, 2)
        assert first_day_for_fee(chamber, Item.RENEWAL, is_member=False) == DAY
    with time_machine.travel(jst(2, 0), tick=False):
        assert first_day_for_fee(chamber, Item.RENEWAL, is_member=True) == dt.date(2026, 4, 3)


def test_amounts_are_shown_as_money() -> None:
    assert Fee(amount=26400).shown == "26,400円"
    assert Fee(amount=0).shown == "0円"


# --- Texts ---


def write(chamber: Chamber, kind: Kind, version: int, valid_from: dt.date, body: str = "本文") -> DatedText:
    return DatedText.objects.create(chamber=chamber, kind=kind, version=version, valid_from=valid_from, body=body)


def test_of_each_text_the_version_of_the_day_is_in_force(chamber: Chamber) -> None:
    first = write(chamber, Kind.PENALTY_RULES, 1, dt.date(2026, 4, 1))
    second = write(chamber, Kind.PENALTY_RULES, 2, dt.date(2026, 10, 1))
    guide = write(chamber, Kind.GUIDE, 1, dt.date(2026, 5, 1))
    write(ChamberFactory(defaults=False), Kind.MEMBERS_NOTICE, 1, DAY)
    assert texts_in_force(chamber, dt.date(2026, 3, 31)) == {}
    assert texts_in_force(chamber, dt.date(2026, 4, 1)) == {"penalty_rules": first}
    assert texts_in_force(chamber, dt.date(2026, 9, 30)) == {"penalty_rules": first, "guide": guide}
    assert texts_in_force(chamber, dt.date(2026, 10, 1)) == {"penalty_rules": second, "guide": guide}


def test_of_two_notices_of_one_day_the_later_version_is_in_force(chamber: Chamber) -> None:
    write(chamber, Kind.MEMBERS_NOTICE, 1, DAY, "誤り")
    corrected = write(chamber, Kind.MEMBERS_NOTICE, 2, DAY, "訂正")
    assert texts_in_force(chamber, DAY) == {"members_notice": corrected}


@pytest.mark.parametrize("kind", sorted(DatedText.BINDING))
def test_what_is_accepted_or_ticked_changes_at_midnight(chamber: Chamber, kind: str) -> None:
    with time_machine.travel(jst(1, 12), tick=False):
        assert first_day_for_text(chamber, Kind(kind)) == DAY
        write(chamber, Kind(kind), 1, DAY)
        assert first_day_for_text(chamber, Kind(kind)) == dt.date(2026, 4, 2)
        write(chamber, Kind(kind), 2, dt.date(2026, 5, 1))
        assert first_day_for_text(chamber, Kind(kind)) == dt.date(2026, 5, 2)
        with pytest.raises(IntegrityError), transaction.atomic():
            write(chamber, Kind(kind), 3, dt.date(2026, 5, 1))


@pytest.mark.parametrize("kind", sorted(set(Kind) - DatedText.BINDING))
def test_notices_may_change_at_once_and_again_on_the_same_day(chamber: Chamber, kind: str) -> None:
    write(chamber, Kind(kind), 1, dt.date(2026, 3, 1))
    with time_machine.travel(jst(1, 12), tick=False):
        assert first_day_for_text(chamber, Kind(kind)) == DAY
        write(chamber, Kind(kind), 2, DAY)
        assert first_day_for_text(chamber, Kind(kind)) == DAY
        write(chamber, Kind(kind), 3, dt.date(2026, 5, 1))
        assert first_day_for_text(chamber, Kind(kind)) == dt.date(2026, 5, 1)


@pytest.mark.parametrize("kind", Kind)
def test_only_notices_may_be_empty(chamber: Chamber, kind: Kind) -> None:
    if kind in DatedText.OPTIONAL:
        assert write(chamber, kind, 1, DAY, "").body == ""
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            write(chamber, kind, 1, DAY, "")


def test_items_are_the_lines_that_are_not_empty() -> None:
    text = DatedText(kind=Kind.PLEDGE_AGENT, body="  一つ目。 \n\n　\n二つ目。\n")
    assert text.is_itemised
    assert text.items == ["一つ目。", "二つ目。"]
    assert not DatedText(kind=Kind.GUIDE).is_itemised


def test_a_new_chamber_can_work_on_its_first_day() -> None:
    with time_machine.travel(jst(1, 10), tick=False):
        chamber = ChamberFactory()
        assert set(texts_in_force(chamber, DAY)) == set(Kind.values)
        assert chamber.is_open(timezone.now())
        prices = [fee(chamber, item, is_member=member, on=DAY) for item in Item for member in (True, False)]
        assert prices == [0] * 8
