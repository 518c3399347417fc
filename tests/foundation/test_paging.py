"""Pages of long lists: nothing is skipped and nothing shown twice, whatever comes and goes between two pages."""

import datetime as dt
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from chambers.models import Chamber
from foundation.paging import KeyedPage, page_by_key
from mailing.models import OutboxMail
from tests.factories import ChamberFactory

SIZE = 3
NOON = timezone.now()


def mails(*hours: int) -> list[OutboxMail]:
    """One that is due at each of these hours."""
    return [
        OutboxMail.objects.create(key=f"test:{place}:{hour}", kind="test", not_before=NOON + timedelta(hours=hour))
        for place, hour in enumerate(hours)
    ]


def listed(*order: str) -> "QuerySet[OutboxMail]":
    return OutboxMail.objects.order_by(*order)


def page(rows: "QuerySet[OutboxMail]", address: str = "?", name: str = "") -> KeyedPage[OutboxMail]:
    return page_by_key(rows, QueryDict(address.removeprefix("?")), size=SIZE, name=name)


def walk(
    rows: "QuerySet[OutboxMail]", between: Callable[[KeyedPage[OutboxMail]], None] = lambda _page: None
) -> list[list[int]]:
    """The rows of all pages from the first on, with something happening after each was shown."""
    pages, shown = [], page(rows)
    while True:
        pages.append([row.pk for row in shown.rows])
        between(shown)
        if not shown.has_next:
            return pages
        shown = page(rows, shown.next_address)


ORDERS = [("not_before", "pk"), ("-not_before", "-pk"), ("pk",), ("-pk",), ("kind", "pk")]


@pytest.mark.django_db
@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
def test_the_pages_are_the_list_in_its_order(order: tuple[str, ...]) -> None:
    mails(5, 1, 5, 5, 2, 5, 5, 3)  # five share their time
    rows = listed(*order)
    pages = walk(rows)
    assert [len(each) for each in pages] == [3, 3, 2]
    assert [pk for each in pages for pk in each] == [row.pk for row in rows]


@pytest.mark.django_db
@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
@pytest.mark.parametrize("gone", ["first", "last", "all"])
def test_what_goes_between_two_pages_hides_nothing_else(order: tuple[str, ...], gone: str) -> None:
    everything = {mail.pk for mail in mails(5, 1, 5, 5, 2, 5, 5, 3)}
    rows = listed(*order)

    def settle(shown: KeyedPage[OutboxMail]) -> None:
        places = {"first": [0], "last": [-1], "all": range(len(shown.rows))}[gone]
        for place in places:
            OutboxMail.objects.filter(pk=shown.rows[place].pk).delete()

    seen = [pk for each in walk(rows, settle) for pk in each]
    assert sorted(seen) == sorted(everything)


@pytest.mark.django_db
def test_what_moves_to_the_end_hides_nothing_and_is_met_there() -> None:
    third, fourth = mails(1, 2, 3, 4)[2:]
    rows = listed("not_before", "pk")
    shown = page(rows)
    OutboxMail.objects.filter(pk=third.pk).update(not_before=NOON + timedelta(hours=9))
    assert [row.pk for row in page(rows, shown.next_address).rows] == [fourth.pk, third.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
def test_one_comes_back_over_the_same_pages(order: tuple[str, ...]) -> None:
    mails(5, 1, 5, 5, 2, 5, 5, 3)
    rows = listed(*order)
    first = page(rows)
    second = page(rows, first.next_address)
    third = page(rows, second.next_address)
    assert [first.has_previous, second.has_previous, third.has_previous] == [False, True, True]
    back = page(rows, third.previous_address)
    assert back.rows == second.rows
    assert back.has_next
    home = page(rows, back.previous_address)
    assert (home.rows, home.has_previous, home.has_next) == (first.rows, False, True)
    assert page(rows, third.first_address).rows == first.rows


@pytest.mark.django_db
def test_a_page_whose_rows_have_gone_leads_back_to_the_first() -> None:
    four = mails(1, 2, 3, 4)
    rows = listed("pk")
    address = page(rows).next_address
    four[-1].delete()
    shown = page(rows, address)
    assert (shown.rows, shown.has_next, shown.count) == ([], False, 3)
    assert [row.pk for row in page(rows, shown.previous_address).rows] == [mail.pk for mail in four[:3]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key",
    ["", "x", "~", "1", "1~", "~1", "1~2~3", "2026-11-10T01:00:00~1", "2026-11-10~1", "9999-99-99T00:00:00Z~1", "\x00~1",
     "2026-11-10T01:00:00Z~99999999999999999999", "2026-11-10T01:00:00Z~１\u202e", "2026-11-10T01:00:00Z~-",
     "0001-01-01T00:00:00+14:00~1", "9999-12-31T23:59:59-14:00~1"],
)  # fmt: skip
@pytest.mark.parametrize("side", ["after", "before"])
def test_what_is_no_key_is_the_beginning(side: str, key: str) -> None:
    made = mails(1, 2)
    asked = QueryDict(mutable=True)
    asked[side] = key
    shown = page_by_key(listed("not_before", "pk"), asked, size=SIZE)
    assert [row.pk for row in shown.rows] == [mail.pk for mail in made]
    assert not shown.is_long


@pytest.mark.django_db
@pytest.mark.parametrize("offset", ["+23:59", "-23:59", "+16:00", "+00:00:30", "+23:59:59.999999"])
def test_a_time_in_any_zone_is_the_same_place(offset: str) -> None:
    made = mails(1, 2)
    moment = made[0].not_before.astimezone(dt.datetime.fromisoformat(f"2026-11-10T00:00:00{offset}").tzinfo)
    asked = QueryDict(mutable=True)
    asked["after"] = f"{moment.isoformat()}~{made[0].pk}"
    shown = page_by_key(listed("not_before", "pk"), asked, size=SIZE)
    assert [row.pk for row in shown.rows] == [made[1].pk]


@pytest.mark.django_db
def test_an_address_keeps_what_else_was_asked_for_and_the_place_of_other_lists() -> None:
    mails(1, 2, 3, 4)
    rows = listed("pk")
    shown = page(rows, "?q=%E7%94%B2&ids_after=7&cases_before=x", name="cases")
    asked, _hash, begins = shown.next_address.removeprefix("?").partition("#")
    assert begins == "cases"
    assert parse_qs(asked) == {"q": ["甲"], "ids_after": ["7"], "cases_after": [str(shown.rows[-1].pk)]}
    assert shown.first_address == "?q=%E7%94%B2&ids_after=7#cases"


@pytest.mark.django_db
def test_only_a_list_that_does_not_fit_is_counted(django_assert_num_queries: Callable[..., object]) -> None:
    for rows, queries in [(SIZE, 1), (SIZE + 1, 2)]:
        while Chamber.objects.count() < rows:
            ChamberFactory()
        with django_assert_num_queries(queries):  # type: ignore[attr-defined]
            assert page_by_key(Chamber.objects.order_by("pk"), QueryDict(), size=SIZE).count == rows


@pytest.mark.django_db
def test_an_order_in_two_directions_is_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        page(listed("not_before", "-pk"))
