"""One box over companies, cases and IDs."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

import foundation.search
from accounts import throttle
from accounts.devices import names_begin
from accounts.models import Account
from casework.models import Case
from desk.search import Group
from foundation.search import Folded, fold
from tests.casework.factories import CaseFactory
from tests.conftest import Company, log_in_with, queries_of
from tests.factories import SignerFactory, StaffFactory, TradeRegistrationFactory
from trade_registration.models import TradeRegistration


@pytest.fixture
def client(reviewer: Account) -> Client:
    """The clerk's browser."""
    return log_in_with(reviewer)


def found(client: Client, term: str, **asked: object) -> dict[str, list[object]]:
    response = client.get(reverse("companies"), {"q": term, **asked})
    assert response.status_code == 200
    return {group.value: page.rows for group, page in response.context["found"].items()}


@pytest.fixture
def case(company: Company) -> Case:
    return CaseFactory(
        chamber=company.chamber,
        submitted=True,
        complete=False,
        company_name="株式会社ベータ商事",
        company_name_en="Beta Trading",
        contact_name="連絡 一子",
        contact_email="Renraku@beta.example.jp",
    )


def test_an_empty_box_lists_the_newest_companies(client: Client, company: Company, rival: Company) -> None:
    newest = TradeRegistrationFactory(chamber=company.chamber)
    assert found(client, "") == {"companies": [newest, rival.registration, company.registration]}
    assert found(client, " ") == found(client, "", group="secrets") == found(client, "")


def test_an_empty_box_lists_the_cases_or_the_ids_where_asked(client: Client, company: Company, case: Case) -> None:
    assert found(client, "", group="cases") == {"cases": [case]}
    assert found(client, "", group="ids") == {"ids": [company.sub_id, company.administrator, company.signer]}


@pytest.mark.parametrize(
    "said",
    ["registration_number", "company_name", "company_name_en", "NIIGATA　CCI", "ｎｉｉｇａｔａｃｃｉ", "新潟cci"],
)
def test_companies_are_found_by_number_and_name(said: str, client: Client, company: Company, rival: Company) -> None:
    type(rival.registration).objects.filter(pk=rival.registration.pk).update(company_name_en="Rival")
    term = getattr(company.registration, said, said)
    assert found(client, term)["companies"] == [company.registration]


@pytest.mark.parametrize(
    "term", ["receipt_number", "ベータ商事", "ﾍﾞｰﾀ", "beta trading", "連絡一子", "RENRAKU@", "beta.example"]
)
def test_cases_are_found_by_number_company_contact_and_mailbox(
    term: str, client: Client, case: Case, company: Company
) -> None:
    CaseFactory(chamber=company.chamber, submitted=True, complete=False)
    assert found(client, getattr(case, term, term))["cases"] == [case]


@pytest.mark.parametrize("said", ["name", "login_id", "email"])
def test_ids_are_found_by_name_id_and_mailbox(said: str, client: Client, company: Company, rival: Company) -> None:
    Account.objects.get_queryset().filter(pk=company.sub_id.pk).update(name="税関 桃子")
    company.sub_id.refresh_from_db()
    assert found(client, getattr(company.sub_id, said).upper())["ids"] == [company.sub_id]


def test_a_found_id_leads_to_its_company_and_says_when_it_was_used(client: Client, company: Company) -> None:
    response = client.get(reverse("companies"), {"q": company.signer.login_id})
    seen = response.content.decode()
    assert reverse("staff_registration", args=[company.registration.registration_number]) in seen
    assert f"{company.signer.last_login_at.astimezone():%Y}年" in seen
    assert company.registration.company_name in seen


def test_a_found_id_that_is_locked_can_be_unlocked(client: Client, company: Company) -> None:
    url = reverse("unlock_id", args=[company.signer.public_id])
    assert url not in client.get(reverse("companies"), {"q": company.signer.login_id}).content.decode()
    beginning = names_begin(company.chamber.code, company.signer.login_id)
    for _try in range(5):
        throttle.reserve(throttle.password_limits(f"{beginning}elsewhere"))
    assert url in client.get(reverse("companies"), {"q": company.signer.login_id}).content.decode()


@pytest.mark.parametrize("term", ["%", "_", "\\", "'", "該当なし"])
def test_what_nothing_contains_finds_nothing(term: str, client: Client, company: Company, case: Case) -> None:
    assert found(client, term) == {"companies": [], "cases": [], "ids": []}
    assert "当てはまる企業・申請・IDはありません。" in client.get(reverse("companies"), {"q": term}).content.decode()


def test_another_chambers_things_are_not_found(client: Client, company: Company, case: Case, stranger: Company) -> None:
    twin = CaseFactory(chamber=stranger.chamber, submitted=True, complete=False, company_name=case.company_name)
    TradeRegistrationFactory(chamber=stranger.chamber, company_name=company.registration.company_name)
    assert stranger.signer.name == company.signer.name
    assert twin not in found(client, case.company_name)["cases"]
    assert found(client, company.registration.company_name)["companies"] == [company.registration]
    assert found(client, company.signer.name)["ids"] == [company.signer]
    assert found(client, "")["companies"] == [company.registration]


def test_what_is_not_the_chambers_to_see_is_not_found(client: Client, company: Company, case: Case) -> None:
    draft = CaseFactory(chamber=company.chamber, complete=False, company_name=case.company_name)
    clerk = StaffFactory(chamber=company.chamber, name="職員 探子")
    gone = SignerFactory(account__registration=company.registration, account__name="退職 太郎").account
    Account.objects.get_queryset().filter(pk=gone.pk).update(status=Account.Status.DELETED)
    assert draft not in found(client, case.company_name)["cases"]
    for account in (clerk, gone):
        assert found(client, account.login_id)["ids"] == found(client, account.name)["ids"] == []


def fill(company: Company, number: int) -> None:
    for _each in range(number):
        TradeRegistrationFactory(chamber=company.chamber, company_name="共通商事")
        CaseFactory(chamber=company.chamber, submitted=True, complete=False, company_name="共通商事")
        SignerFactory(account__registration=company.registration, account__name="共通 太郎")


def test_each_group_shows_ten_and_leads_to_the_rest(client: Client, company: Company) -> None:
    fill(company, 31)
    response = client.get(reverse("companies"), {"q": "共通"})
    assert [len(page.rows) for page in response.context["found"].values()] == [10, 10, 10]
    for group in Group:
        assert f"group={group.value}" in response.content.decode()
        pages = list(walk(client, group, "共通", start={}, link="次へ"))
        rows = [row for page in pages for row in page]
        assert [len(page) for page in pages] == [30, 1]
        assert rows == sorted(rows, key=lambda row: -row.pk)
        assert list(walk(client, group, "共通", start={"oldest": "1"}, link="前へ")) == [rows[1:], rows[:1]]


def walk(client: Client, group: Group, term: str, *, start: dict[str, str], link: str) -> Iterator[list[object]]:
    """The rows of page after page, following the link until it is off."""
    asked: dict[str, str] | None = {"q": term, "group": group.value, **start}
    while asked:
        response = client.get(reverse("companies"), asked)
        yield response.context["found"][group].rows
        there = re.search(rf'href="\?([^"]*)">{link}<', response.content.decode())
        asked = dict(parse_qsl(unescape(there[1]))) if there else None


# A surname of one sign, names that share signs, width, case; and terms that would reach over the end of a name.
NAMES = ("林 一", "林田 太郎", "ﾊﾔｼ 花子", "鬼頭 林", "Ｈａｙａｓｈｉ 桃", "一林 太")
TERMS = (
    "林",
    "林田",
    "ハヤシ",
    "鬼頭林",
    "hayashi",
    "田太郎",
    "@example",
    "a",
    "太",
    "郎\nte",
    "zzqq",
    "1",
    "一 林",
    "ａ",
    "１",
    "①",
    "ｑ",
    "ｔｅ",
)


@pytest.mark.parametrize(("looked_at_first", "looked_at_then"), [(1, 2), (2, 6), (4, 8_000), (1_000, 8_000)])
def test_the_index_finds_what_reading_every_row_would_find(
    looked_at_first: int,
    looked_at_then: int,
    client: Client,
    company: Company,
    stranger: Company,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(foundation.search, "_NEWEST", looked_at_first)
    monkeypatch.setattr(foundation.search, "_MORE", looked_at_then)
    for registration in (company.registration, stranger.registration):
        for name in NAMES:
            SignerFactory(account__registration=registration, account__name=name)
    own = Account.objects.get_queryset().filter(registration=company.registration).order_by("-pk")
    for term in TERMS:
        having = [row for row in own if any(fold(term) in fold(each) for each in (row.name, row.login_id, row.email))]
        assert found(client, term, group="ids")["ids"] == having, term


@pytest.mark.parametrize(
    "term", ["８０１ー２０２６ー０００１１", "801−2026−00011", "801-2026-00011", "801—2026‐00011", "2026〜00011"]
)
def test_a_number_is_found_whatever_its_hyphens(term: str, client: Client, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(receipt_number="801-2026-00011")
    assert found(client, term)["cases"] == [case]


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("葛\U000e0100城商事", ["葛城", "葛\U000e0101城", "葛\U000e0100", "葛"]),
        ("葛城商事", ["葛\U000e0100城", "葛\U000e0100", "葛\ufe00城"]),
        ("コーヒー貿易", ["コーヒー", "コ―ヒ―", "ｺｰﾋｰ", "コ〜ヒ〜", "コ-ヒ-貿"]),
        ("東京～大阪運輸", ["東京〜大阪", "東京~大", "京-大"]),
        ("がぎ商会", ["か\u3099き\u3099", "が\u200bぎ", "\ufeffがぎ"]),
    ],
)
def test_a_company_is_found_whatever_the_keyboard_writes(
    name: str, terms: list[str], client: Client, company: Company, rival: Company
) -> None:
    TradeRegistration.objects.filter(pk=company.registration.pk).update(company_name=name)
    for term in terms:
        assert found(client, term, group="companies") == {"companies": [company.registration]}, term
    assert found(client, "京都葛", group="companies") == {"companies": []}


@pytest.mark.parametrize("term", ["-", "ー", "〜", "―", "ーー"])
def test_a_dash_alone_is_looked_for(term: str, client: Client, company: Company, rival: Company) -> None:
    wanted = term * 2
    TradeRegistration.objects.filter(pk=company.registration.pk).update(company_name=f"あ{wanted}う")
    assert company.registration in found(client, term, group="companies")["companies"]


@pytest.mark.parametrize("term", ["\u200b", "\U000e0100", " \u3000"])
def test_a_term_of_nothing_lists_all(term: str, client: Client, company: Company) -> None:
    assert found(client, term, group="companies") == found(client, "", group="companies")


@given(st.text(alphabet=st.characters(exclude_characters="\x00\u0130", exclude_categories=["Cs", "Cc", "Cn", "Zl"])))
@effort(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_python_and_the_database_fold_alike(db: None, text: str) -> None:
    """But for the Turkish capital I, of which each makes its own small letter."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {Folded.template % {'expressions': '%s::text'}}", [text])
        assert cursor.fetchone()[0].casefold() == fold(text).casefold()


def test_a_common_term_of_a_large_chamber_is_read_page_by_page(
    client: Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foundation.search, "_NEWEST", 10)
    monkeypatch.setattr(foundation.search, "_MORE", 40)
    fill(company, 65)
    for group in Group:
        there = list(walk(client, group, "共通", start={}, link="次へ"))
        back = list(walk(client, group, "共通", start={"oldest": "1"}, link="前へ"))
        assert [len(page) for page in there] == [30, 30, 5]
        assert [row for page in there for row in page] == [row for page in reversed(back) for row in page]


@pytest.mark.parametrize("side", ["older", "newer"])
def test_an_address_that_names_no_row_of_the_chamber_shows_the_newest(
    side: str, client: Client, company: Company, stranger: Company
) -> None:
    for named in (stranger.signer.login_id, "nobody", "\x00", ""):
        assert found(client, "", group="ids", **{side: named}) == found(client, "", group="ids")


def test_a_group_that_does_not_exist_shows_all(client: Client, company: Company) -> None:
    assert set(found(client, "新潟", group="secrets")) == {"companies", "cases", "ids"}


@pytest.mark.parametrize("asked", [{"q": ""}, {"q": "共通"}, *({"q": "共通", "group": group.value} for group in Group)])
def test_the_same_questions_are_asked_for_one_row_and_for_thirty(
    asked: dict[str, str], client: Client, company: Company
) -> None:
    fill(company, 1)
    few = queries_of(client, reverse("companies"), asked)
    fill(company, 29)
    assert queries_of(client, reverse("companies"), asked) == few


def test_searching_is_read_only(client: Client) -> None:
    assert client.post(reverse("companies")).status_code == 405
