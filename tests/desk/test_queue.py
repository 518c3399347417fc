"""The desk: what waits, for how long, and with whom; what ends soon; what is held."""

import datetime as dt
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from casework import examination
from casework.models import Case
from casework.models.target import FIELD, Target
from desk import queue
from desk.paging import ROWS_A_PAGE
from registration_cases.models import RegistrationCase
from tests.casework.factories import CaseFactory, change_of
from tests.conftest import Company, log_in_with, make_company, queries_of
from tests.factories import SignerFactory, StaffFactory, TradeRegistrationFactory
from trade_registration.models import TradeRegistration

Kind = RegistrationCase.Kind


@pytest.fixture
def client(reviewer: Account) -> Client:
    """The clerk's browser."""
    return log_in_with(reviewer)


def waiting(company: Company, *, hours: int = 0, **said: object) -> Case:
    """A new registration that the chamber has had for so many hours."""
    since = timezone.now() - timedelta(hours=hours)
    return CaseFactory(chamber=company.chamber, complete=False, submitted=True, submitted_at=since, **said)


def shown(client: Client, **asked: object) -> list[Case]:
    return [case for case, _age, _holder in client.get(reverse("desk"), asked).context["waiting"]]


def pages_from(client: Client, address: str) -> list[list[Case]]:
    """The cases of each page, from this address to the end of the list."""
    response = client.get(address)
    page, path = response.context["page"], address.partition("?")[0]
    cases = [case for case, _age, _holder in response.context["waiting"]]
    return [cases, *(pages_from(client, path + page.next_address) if page.has_next else [])]


def ending_in(days: int, registration: TradeRegistration) -> TradeRegistration:
    last = timezone.localdate() + timedelta(days=days)
    registration.registered_on, registration.valid_until = last - timedelta(days=730), last
    registration.save()
    return registration


# --- The queue ---


def test_the_longest_waiting_stands_first(client: Client, company: Company) -> None:
    newest, oldest, middle = (waiting(company, hours=hours) for hours in (1, 75, 5))
    response = client.get(reverse("desk"))
    assert [(case, age) for case, age, _holder in response.context["waiting"]] == [
        (oldest, "3日"),
        (middle, "5時間"),
        (newest, "1時間"),
    ]
    seen = response.content.decode()
    for said in (
        oldest.receipt_number,
        oldest.company_name,
        "新規登録",
        reverse("staff_case", args=[oldest.public_id]),
    ):
        assert said in seen, said


def test_a_corrected_case_waits_since_it_was_sent_again(client: Client, company: Company) -> None:
    first = waiting(company, hours=10)
    corrected = waiting(company, hours=100, submissions=2, waiting_since=timezone.now() - timedelta(hours=1))
    assert shown(client) == [first, corrected]


@pytest.mark.parametrize("status", [status for status in Case.Status if status != Case.Status.SUBMITTED])
def test_only_what_waits_for_the_chamber_is_in_the_queue(status: str, client: Client, company: Company) -> None:
    decided = timezone.now() if status in ("approved", "rejected", "withdrawn") else None
    waiting(company, status=status, decided_at=decided) if status != "draft" else CaseFactory(chamber=company.chamber)
    assert shown(client) == []
    assert "審査を待っている申請はありません。" in client.get(reverse("desk")).content.decode()


def test_each_tab_has_its_kind_and_its_count(client: Client, company: Company, rival: Company) -> None:
    new = waiting(company)
    corrected = [waiting(company, submissions=2), change_of(rival.registration, submitted=True, submissions=3)]
    third = make_company(chamber=company.chamber)
    change = change_of(third.registration, submitted=True)
    renewal = change_of(company.registration, submitted=True, kind=Kind.RENEWAL)
    wanted = {"new": [new], "corrected": corrected, "change": [change], "renewal": [renewal]}
    for tab, cases in wanted.items():
        assert set(shown(client, tab=tab)) == set(cases)
    assert set(shown(client)) == {new, change, renewal, *corrected}
    counts = {each.tab.key: each.count for each in client.get(reverse("desk")).context["tabs"]}
    assert counts == {"all": 5, "new": 1, "corrected": 2, "change": 1, "renewal": 1}


def test_nothing_waiting_is_counted_as_nothing(client: Client, company: Company) -> None:
    assert {each.count for each in client.get(reverse("desk")).context["tabs"]} == {0}


def test_counting_stops_where_nobody_needs_the_number(
    client: Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_COUNTED", 3)
    for hours in range(9, 6, -1):
        waiting(company, hours=hours)
    assert "3件以上" not in client.get(reverse("desk")).content.decode()
    waiting(company, hours=1, submissions=2)
    change_of(company.registration, submitted=True)
    response = client.get(reverse("desk"))
    assert {each.tab.key: (each.count, each.is_capped) for each in response.context["tabs"]} == {
        "all": (3, True),
        "new": (3, True),
        "corrected": (1, True),
        "change": (0, True),
        "renewal": (0, True),
    }
    assert "3件以上" in response.content.decode()
    assert "0件" not in response.content.decode()


def test_who_has_a_case_is_shown(client: Client, company: Company, reviewer: Account) -> None:
    colleague = StaffFactory(chamber=company.chamber, name="審査 五郎")
    free, held, over = (waiting(company, hours=hours) for hours in (3, 2, 1))
    examination.take(held, by=colleague)
    examination.take(over, by=colleague)
    Case.objects.filter(pk=over.pk).update(held_until=timezone.now() - timedelta(seconds=1))
    holders = {case: holder for case, _age, holder in client.get(reverse("desk")).context["waiting"]}
    assert holders == {free: None, held: colleague, over: None}
    assert "審査 五郎" in client.get(reverse("desk")).content.decode()


def test_looking_at_the_desk_lets_go_of_nothing(client: Client, company: Company, reviewer: Account) -> None:
    """Two tabs of one clerk hold two cases."""
    first, second = waiting(company, hours=2), waiting(company, hours=1)
    for case in (first, second):
        client.get(reverse("staff_case", args=[case.public_id]))
    client.get(reverse("desk"))
    assert [case.held_by for case in Case.objects.order_by("pk")] == [reviewer, reviewer]


def test_pages_have_thirty_rows_and_no_gap(client: Client, company: Company) -> None:
    cases = [waiting(company, hours=100 - number) for number in range(ROWS_A_PAGE * 2 + 1)]
    pages = pages_from(client, f"{reverse('desk')}?tab=new")
    assert [len(each) for each in pages] == [30, 30, 1]
    assert [case for each in pages for case in each] == cases


def test_deciding_a_case_hides_no_other_from_the_next_page(client: Client, company: Company, reviewer: Account) -> None:
    cases = [waiting(company, hours=100 - number) for number in range(40)]
    first = client.get(reverse("desk"))
    examination.reject(cases[0], reason="登記がありません。", by=reviewer)
    examination.return_for_correction(cases[29], {Target(FIELD, "company_name"): "登記と違います。"}, by=reviewer)
    second = client.get(reverse("desk") + first.context["page"].next_address)
    seen = [case for page in (first, second) for case, _age, _holder in page.context["waiting"]]
    assert seen == cases


def test_where_all_that_followed_was_decided_the_way_leads_back(
    client: Client, company: Company, reviewer: Account
) -> None:
    cases = [waiting(company, hours=100 - number) for number in range(ROWS_A_PAGE + 1)]
    address = client.get(reverse("desk")).context["page"].next_address
    examination.reject(cases[-1], reason="登記がありません。", by=reviewer)
    assert "この先に申請はありません。" in client.get(reverse("desk") + address).content.decode()


@pytest.mark.parametrize("asked", [{"after": "0"}, {"after": "x~1"}, {"before": "-1"}, {"tab": "nothing"}])
def test_a_wrong_address_shows_the_beginning(asked: dict[str, str], client: Client, company: Company) -> None:
    case = waiting(company)
    assert shown(client, **asked) == [case]


def test_another_chambers_work_is_not_on_the_desk(client: Client, stranger: Company, company: Company) -> None:
    CaseFactory(chamber=stranger.chamber, submitted=True, company_name="よその会社")
    ending_in(5, stranger.registration)
    held(stranger)
    seen = client.get(reverse("desk")).content.decode()
    assert "よその会社" not in seen
    assert stranger.registration.company_name not in seen
    assert stranger.signer.name not in seen


# --- まもなく満了 ---


@pytest.mark.parametrize(("days", "listed"), [(-1, False), (0, True), (30, True), (31, False)])
def test_a_registration_is_listed_in_its_last_thirty_days(
    days: int, *, listed: bool, client: Client, company: Company
) -> None:
    ending_in(days, company.registration)
    for name in ("desk", "expiring"):
        assert (company.registration.company_name in client.get(reverse(name)).content.decode()) is listed


@pytest.mark.parametrize(
    ("status", "kind", "listed"),
    [
        ("submitted", Kind.RENEWAL, False),
        ("returned", Kind.RENEWAL, False),
        ("rejected", Kind.RENEWAL, True),
        ("draft", Kind.RENEWAL, True),
        ("submitted", Kind.CHANGE, True),
    ],
)
def test_a_registration_whose_renewal_has_come_is_not_listed(
    status: str, kind: str, *, listed: bool, client: Client, company: Company
) -> None:
    ending_in(5, company.registration)
    decided = timezone.now() if status == "rejected" else None
    change_of(company.registration, kind=kind, submitted=status != "draft", status=status, decided_at=decided)
    response = client.get(reverse("desk"))
    assert (company.registration in response.context["expiring"].rows) is listed


@pytest.mark.parametrize("status", ["suspended", "deleted"])
def test_what_was_stopped_is_not_about_to_end(status: str, client: Client, company: Company) -> None:
    ending_in(5, company.registration)
    TradeRegistration.objects.update(status=status)
    assert client.get(reverse("expiring")).context["page"].rows == []


def test_the_desk_shows_the_ten_that_end_first_and_leads_to_the_rest(client: Client, company: Company) -> None:
    made = [ending_in(days, TradeRegistrationFactory(chamber=company.chamber)) for days in (9, *range(1, 9), 11, 12)]
    by_day = sorted(made, key=lambda registration: registration.valid_until)
    response = client.get(reverse("desk"))
    assert response.context["expiring"].rows == by_day[:10]
    assert reverse("expiring") in response.content.decode()
    assert client.get(reverse("expiring")).context["page"].rows == by_day


# --- 保留解除待ち ---


def held(company: Company, *, since: dt.datetime | None = None) -> Account:
    signer = SignerFactory(
        account__registration=company.registration,
        account__name="保留 花子",
        held_at=since or timezone.now(),
    )
    return signer.account


def test_held_signers_stand_on_the_desk_the_longest_held_first(client: Client, company: Company) -> None:
    later = held(company)
    earlier = held(company, since=timezone.now() - timedelta(days=1))
    response = client.get(reverse("desk"))
    assert [signer.account for signer in response.context["held"].rows] == [earlier, later]
    assert reverse("hold", args=[earlier.public_id]) in response.content.decode()


# --- However long the lists are ---


@pytest.mark.parametrize("name", ["desk", "expiring"])
def test_the_same_questions_are_asked_for_one_row_and_for_thirty(
    name: str, client: Client, company: Company, reviewer: Account
) -> None:
    colleague = StaffFactory(chamber=company.chamber)

    def add(number: int) -> None:
        for _each in range(number):
            examination.take(waiting(company), by=colleague)
            ending_in(3, TradeRegistrationFactory(chamber=company.chamber))
            held(company)

    add(1)
    few = queries_of(client, reverse(name))
    add(29)
    assert queries_of(client, reverse(name)) == few
