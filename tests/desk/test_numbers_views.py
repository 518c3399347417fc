"""The statistics, as a page and as CSV."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from casework.models import Case, CaseEvent
from chambers.models import Chamber
from tests.casework.factories import CaseFactory
from tests.conftest import Company, log_in_with, queries_of
from tests.factories import TradeRegistrationFactory

JST = ZoneInfo("Asia/Tokyo")
SEPTEMBER = datetime(2026, 9, 10, 9, tzinfo=JST)
KEYS = [
    "registrations",
    "in-force",
    "received",
    "decisions",
    "kind-new",
    "kind-change",
    "kind-renewal",
    "processing-time",
    "time-in-hand",
    "expiring",
]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """It is 14 October 2026, noon in Japan."""
    with time_machine.travel(datetime(2026, 10, 14, 12, tzinfo=JST), tick=False):
        yield


@pytest.fixture
def client(reviewer: Account) -> Client:
    return log_in_with(reviewer)


def approved(chamber: Chamber, at: datetime = SEPTEMBER, *, days: int = 3) -> Case:
    """A case that was returned after an hour and approved some days after it was sent."""
    case = CaseFactory(
        chamber=chamber,
        submitted=True,
        complete=False,
        submitted_at=at,
        status=Case.Status.APPROVED,
        decided_at=at + timedelta(days=days),
    )
    moves = [("draft", "submitted", 0), ("submitted", "returned", 1), ("returned", "submitted", 2)]
    for before, after, hours in [*moves, ("submitted", "approved", 24 * days)]:
        CaseEvent.objects.create(case=case, at=at + timedelta(hours=hours), from_status=before, to_status=after)
    return case


def page(client: Client, **choice: object) -> str:
    response = client.get(reverse("numbers"), choice)
    assert response.status_code == 200
    return response.content.decode()


def rows_of(response: HttpResponse) -> list[list[str]]:
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def table(client: Client, key: str, **choice: object) -> dict[str, list[str]]:
    """The lines of one table of the CSV by their names."""
    rows = rows_of(client.get(reverse("numbers_csv"), {"table": key, **choice}))
    return {row[0]: row[1:] for row in rows}


def test_the_page_draws_every_number_and_says_it_in_a_table(client: Client, company: Company) -> None:
    approved(company.chamber)
    shown = page(client)
    titles = re.findall(r'<h2 id="[^"]+">([^<]+)</h2>', shown)
    assert titles == [
        "現在の貿易登録",
        "月末の有効登録数",
        "受付件数",
        "審査の結果",
        "受付から決定までの日数",
        "商工会議所での所要時間",
        "有効期間が終わる登録",
    ]
    assert re.findall(r'<title id="[^"]+">([^<]+)</title>', shown) == titles
    assert re.findall(r"<caption[^>]*>([^<]+)</caption>", shown)[:4] == titles[:4]
    assert shown.count("<table") == len(KEYS)
    assert '<th scope="row">2026年9月</th><td data-label="新規登録">1</td><td data-label="登録内容変更">0</td>' in shown
    september = '<th scope="row">2026年9月</th><td data-label="決定件数">1</td><td data-label="中央値(日)">3.0</td>'
    assert september in shown
    assert '<th scope="row">2026年10月</th><td data-label="決定件数">0</td><td data-label="中央値(日)">−</td>' in shown
    assert "2026年10月14日 12:00 現在" in shown


def test_managers_see_the_page_too(manager: Account) -> None:
    assert "月末の有効登録数" in page(log_in_with(manager))
    assert log_in_with(manager).get(reverse("numbers_csv")).status_code == 200


@pytest.mark.parametrize("name", ["numbers", "numbers_csv"])
def test_the_numbers_are_for_clerks(company: Company, visitor: Client, name: str) -> None:
    for person in (company.administrator, company.signer, company.sub_id):
        assert log_in_with(person).get(reverse(name)).status_code == 403
    assert visitor.get(reverse(name))["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("name", ["numbers", "numbers_csv"])
def test_the_numbers_are_only_read(client: Client, name: str, method: str) -> None:
    assert getattr(client, method)(reverse(name)).status_code == 405


def test_without_a_choice_the_last_twelve_months_are_shown(client: Client) -> None:
    shown = page(client)
    assert "2025年11月から2026年10月まで" in shown
    assert "(今月は本日まで)" in shown
    assert '<a href="/staff/numbers/" aria-current="page">直近12か月</a>' in shown


def test_a_fiscal_year_can_be_chosen(client: Client, company: Company) -> None:
    approved(company.chamber)
    approved(company.chamber, datetime(2026, 3, 1, tzinfo=JST))
    shown = page(client, year="2025")
    assert "2025年4月から2026年3月まで" in shown
    assert "(今月は本日まで)" not in shown
    assert '<a href="/staff/numbers/?year=2025" aria-current="page">2025年度</a>' in shown
    assert 'href="/staff/numbers.csv?year=2025"' in shown
    assert 'href="/staff/numbers.csv?year=2025&amp;table=received"' in shown
    received = table(client, "received", year="2025")
    assert list(received)[1] == "2025年4月"
    assert received["合計"] == ["1", "0", "0", "1"]


@pytest.mark.parametrize("year", ["2024", "2027", "0", "None", "二〇二五", "2026 ", "9" * 5000])
@pytest.mark.parametrize("name", ["numbers", "numbers_csv"])
def test_a_year_that_is_not_offered_has_no_page(client: Client, company: Company, name: str, year: str) -> None:
    approved(company.chamber, datetime(2025, 9, 1, tzinfo=JST))
    assert client.get(reverse(name), {"year": "2025"}).status_code == 200
    assert client.get(reverse(name), {"year": year}).status_code == 404


def test_the_csv_is_a_download_that_spreadsheets_read(client: Client, company: Company) -> None:
    approved(company.chamber)
    response = client.get(reverse("numbers_csv"))
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="numbers.csv"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    rows = rows_of(response)
    assert rows[:5] == [
        ["新潟商工会議所", "2025年11月から2026年10月まで"],
        [],
        ["現在の貿易登録"],
        ["状態", "件数"],
        ["有効", "1"],
    ]
    start = rows.index(["審査の結果"])
    assert rows[start + 1] == ["月", "承認", "修正依頼", "却下", "取下げ", "合計"]
    assert rows[start + 12] == ["2026年9月", "1", "1", "0", "0", "2"]
    assert rows.count([]) == len(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_each_table_can_be_had_alone(client: Client, company: Company, key: str) -> None:
    approved(company.chamber)
    response = client.get(reverse("numbers_csv"), {"table": key})
    assert response["Content-Disposition"] == f'attachment; filename="numbers-{key}.csv"'
    header, *rows = rows_of(response)
    assert header[0] in ("月", "状態")
    assert len(rows) >= 5
    assert {len(row) for row in rows} == {len(header)}
    assert f'href="/staff/numbers.csv?table={key}"' in page(client)


def test_the_tables_say_what_was_counted(client: Client, company: Company) -> None:
    for days in (1, 2, 3, 4, 10):
        approved(company.chamber, days=days)
    assert table(client, "kind-new")["2026年9月"] == ["5", "5", "5", "0", "0"]
    took = table(client, "processing-time")
    assert took["月"] == ["決定件数", "中央値(日)", "9割(日)"]
    assert took["2026年9月"] == took["全期間"] == ["5", "3.0", "7.6"]
    assert took["2026年10月"] == ["0", "", ""]
    # Five answers after one hour, five from the second hour on: 22, 46, 70, 94 and 238 hours.
    assert table(client, "time-in-hand")["2026年9月"] == ["10", "11.5", "108.4"]
    assert table(client, "in-force")["2026年10月"] == ["1"]


@pytest.mark.parametrize("key", ["", "nothing", "received ", "../received"])
def test_a_table_that_is_not_there_has_no_file(client: Client, key: str) -> None:
    assert client.get(reverse("numbers_csv"), {"table": key}).status_code == 404


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\uff1d"])
def test_no_cell_begins_a_formula(client: Client, company: Company, first: str) -> None:
    Chamber.objects.filter(pk=company.chamber.pk).update(name=f'{first}HYPERLINK("http://evil.example","会議所")')
    rows = rows_of(client.get(reverse("numbers_csv")))
    assert rows[0][0] == f'\'{first}HYPERLINK("http://evil.example","会議所")'
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\uff1d"))]


def test_another_chambers_rows_are_in_no_number(client: Client, stranger: Company) -> None:
    for month in range(1, 11):
        approved(stranger.chamber, datetime(2026, month, 1, tzinfo=JST))
    assert stranger.registration.valid_until > dt.date(2026, 10, 14)
    rows = rows_of(client.get(reverse("numbers_csv")))
    numbers = {cell for row in rows[1:] for cell in row[1:] if re.fullmatch(r"[\d.]+", cell)}
    assert numbers == {"0", "1"}  # the company's own registration
    assert set(table(client, "received")["合計"]) == {"0"}
    assert table(client, "registrations")["合計"] == ["1"]


def test_an_empty_chamber_has_a_page_of_zeros(client: Client, company: Company) -> None:
    assert "対象の申請はありません" in page(client)
    assert set(table(client, "decisions")["合計"]) == {"0"}


@pytest.mark.parametrize("name", ["numbers", "numbers_csv"])
def test_many_rows_need_no_more_queries_than_few(client: Client, company: Company, name: str) -> None:
    approved(company.chamber)
    few = queries_of(client, reverse(name))
    for month in range(1, 11):
        for days in (1, 2, 3):
            approved(company.chamber, datetime(2026, month, 1, tzinfo=JST), days=days)
        TradeRegistrationFactory(chamber=company.chamber, status="deleted")
    assert queries_of(client, reverse(name)) == few
