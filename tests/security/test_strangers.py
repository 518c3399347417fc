"""Strangers who try doors close none of them: their tries count against strangers, and every count is bounded.

Each stranger comes from a network address of its own; the clock stands or is moved.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts import devices, services
from accounts.models import Account, Attempts, Kind, PasswordOrigin, PasswordReset
from chambers.models import Chamber
from registration_cases.models import RegistrationRequest
from tests.accounts.conftest import code_now, give_telephone, log_in
from tests.accounts.test_forgotten import ask, link_in
from tests.accounts.test_throttle import NOON
from tests.casework.factories import CaseFactory, ready
from tests.casework.test_public_views import EMAIL, accepted
from tests.conftest import Company, CompletePages, log_in_with, make_company
from tests.factories import PASSWORD, ChamberFactory, StaffFactory, SubIdFactory

Clock = time_machine.Traveller
Delivered = Callable[[], list[EmailMessage]]
NEW = "kaze ga fuku minato no asa"


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Noon, and time stands still. To be asked for before the company."""
    with time_machine.travel(NOON, tick=False) as standing:
        yield standing


def stranger(number: int) -> Client:
    return CompletePages(REMOTE_ADDR=f"198.51.{number // 250}.{number % 250 + 1}")


def known_browser(account: Account) -> Client:
    """A browser in which the ID has logged in before."""
    browser = CompletePages()
    assert log_in(browser, account).status_code == 302
    browser.post(reverse("logout"))
    return browser


# --- Passwords ---


def test_the_owner_comes_in_on_a_known_browser_whatever_strangers_do(clock: Clock, company: Company) -> None:
    owner = known_browser(company.signer)
    answers, came_in = [], 0
    for number in range(200):
        answers.append(log_in(stranger(number), company.signer, f"guess {number}").status_code)
        if number % 10 == 0:
            came_in += log_in(owner, company.signer).status_code == 302
            owner.post(reverse("logout"))
            clock.shift(timedelta(minutes=10))
    assert came_in == 20
    assert (answers.count(200), answers.count(429)) == (20, 180)


def test_the_owners_logins_elsewhere_give_strangers_no_more_than_fifty_tries_a_day(
    clock: Clock, company: Company
) -> None:
    guessed = 0
    for number in range(120):
        guessed += log_in(stranger(number), company.signer, "guess").status_code == 200
        if guessed < 50 and number % 4 == 3:
            assert log_in(CompletePages(REMOTE_ADDR=f"203.0.113.{number}"), company.signer).status_code == 302
        clock.shift(timedelta(minutes=1))
    assert guessed == 50


def test_farmed_devices_share_one_total(clock: Clock, company: Company) -> None:
    """Whoever knows the password for a while can make any number of browsers known."""
    farm = [known_browser(company.signer) for _device in range(12)]
    guessed = sum(log_in(device, company.signer, "guess").status_code == 200 for device in farm for _try in range(6))
    assert guessed == 50
    clock.shift(timedelta(hours=23))
    assert sum(log_in(device, company.signer, "guess").status_code == 200 for device in farm) == 0
    clock.shift(timedelta(hours=1))
    assert log_in(farm[0], company.signer, "guess").status_code == 200


@pytest.mark.parametrize("way", ["the owner", "the administrator", "the mailed link"])
def test_known_devices_die_with_the_password(way: str, clock: Clock, company: Company, delivered: Delivered) -> None:
    farm = [known_browser(company.signer) for _device in range(12)]
    owner = CompletePages()
    log_in(owner, company.signer)
    again = {"new_password": NEW, "new_password_again": NEW}
    if way == "the owner":
        assert owner.post(reverse("change_password"), {"current_password": PASSWORD, **again}).status_code == 302
        owner.post(reverse("logout"))
    elif way == "the administrator":
        services.set_password(company.signer, NEW, origin=PasswordOrigin.ADMINISTRATOR, by=company.administrator)
    else:
        ask(owner, company.signer)
        assert owner.post(link_in(delivered()[-1]), again).status_code == 302
    if way != "the owner":
        assert log_in(owner, company.signer, NEW).status_code == 302
        owner.post(reverse("logout"))
    guessed = sum(log_in(device, company.signer, PASSWORD).status_code == 200 for device in farm for _try in range(6))
    assert guessed == 5
    assert log_in(owner, company.signer, NEW).status_code == 302


def test_a_chambers_strangers_share_a_total_and_known_browsers_do_not(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "_MOST_AT_A_CHAMBER", 12)
    owner = known_browser(company.signer)
    for number in range(15):
        assert log_in(CompletePages(REMOTE_ADDR=f"203.0.113.{number}"), company.administrator).status_code == 302
    others = [SubIdFactory(parent=company.signer) for _n in range(15)]
    answers = [
        log_in(CompletePages(REMOTE_ADDR=f"198.51.100.{number}"), account, "guess").status_code
        for number, account in enumerate(others)
    ]
    assert answers == [200] * 12 + [429] * 3
    assert log_in(CompletePages(), company.sub_id).status_code == 429
    assert log_in(owner, company.signer).status_code == 302
    assert log_in(CompletePages(), make_company().signer).status_code == 302


# --- Mails that somebody asks for ---


def test_guesses_at_a_mailbox_use_up_no_forgotten_password(
    clock: Clock, company: Company, delivered: Delivered
) -> None:
    for number in range(100):
        ask(stranger(number % 10), company.signer, email=f"guess{number}@example.jp")
    assert ask(CompletePages(), company.signer).status_code == 302
    assert [mail.to for mail in delivered()] == [[company.signer.email]]


def test_strangers_who_know_the_mailbox_leave_its_owner_a_good_link(
    clock: Clock, company: Company, delivered: Delivered
) -> None:
    """For hours, from many addresses: the owner may be sent no link any more, but holds one."""
    refused = 0
    for number in range(40):
        for _try in range(3):
            ask(stranger(number), company.signer)
        before = len(delivered())
        assert ask(CompletePages(REMOTE_ADDR=f"203.0.113.{number}"), company.signer).status_code == 302
        refused += len(delivered()) == before
        assert CompletePages().get(link_in(delivered()[-1])).status_code == 200
        clock.shift(timedelta(minutes=10))
    assert refused == 20
    assert PasswordReset.objects.count() == 4 * 20


@pytest.fixture
def chamber(company: Company) -> Chamber:
    return ready(company.chamber)


def asks_for_link(browser: Client, chamber: Chamber, *, email: str = EMAIL) -> HttpResponse:
    return browser.post(reverse("registration_guide", args=[chamber.code]), accepted(chamber, email=email))


def test_strangers_leave_a_mailbox_a_good_registration_link(
    clock: Clock, chamber: Chamber, delivered: Delivered
) -> None:
    """Two days long: whoever is sent no link any more has one that is good."""
    refused = 0
    for number in range(48):
        for _try in range(3):
            asks_for_link(stranger(number), chamber)
        before = RegistrationRequest.objects.count()
        assert asks_for_link(CompletePages(REMOTE_ADDR=f"203.0.113.{number}"), chamber).status_code == 302
        refused += RegistrationRequest.objects.count() == before
        newest = RegistrationRequest.objects.order_by("pk").last()
        assert newest is not None
        assert newest.is_open
        clock.shift(timedelta(hours=1))
    assert refused > 30
    assert RegistrationRequest.objects.count() <= 20
    assert {mail.to[0] for mail in delivered()} == {EMAIL}


def test_links_to_begin_leave_the_links_to_go_on(clock: Clock, chamber: Chamber, delivered: Delivered) -> None:
    CaseFactory(chamber=chamber, contact_email=EMAIL)
    for number in range(30):
        asks_for_link(stranger(number), chamber)
    CompletePages().post(reverse("resume"), {"chamber": chamber.code, "email": EMAIL})
    assert RegistrationRequest.objects.filter(is_resumption=True).count() == 1


# --- Unlocking ---


def lock_everywhere(account: Account) -> None:
    """Uses up everything that can be counted on the ID."""
    known, session = known_browser(account), log_in_with(account, second_factor=False)
    typed = {"current_password": "guess", "new_password": NEW, "new_password_again": NEW}
    for number in range(20):
        log_in(known, account, "guess")
        log_in(stranger(number), account, "guess")
        ask(CompletePages(), account)
        session.post(reverse("enter_second_factor"), {"code": "000000"})
        if account.kind != Kind.STAFF:
            session.post(reverse("change_password"), typed)


def counted_on(account: Account) -> set[str]:
    """What the keys of the counts on the ID name."""
    beginning = devices.names_of(account)
    keys = Attempts.objects.filter(key__startswith=beginning).values_list("key", flat=True)
    return {key.removeprefix(beginning).split(":")[0] for key in keys}


def test_a_clerk_unlocks_all_of_an_id(clock: Clock, company: Company, reviewer: Account) -> None:
    lock_everywhere(company.signer)
    assert counted_on(company.signer) == {"device", "devices", "elsewhere", "strangers", "forgotten", "own-password"}
    clerk = log_in_with(reviewer)
    unlock = reverse("unlock_id", args=[company.signer.public_id])
    assert "ロックを解除する" in clerk.get(unlock).content.decode()
    assert clerk.post(unlock).status_code == 302
    assert counted_on(company.signer) == set()
    assert "現在制限されていません" in clerk.get(unlock).content.decode()
    assert log_in(stranger(99), company.signer).status_code == 302


def test_a_manager_unlocks_all_of_a_clerk(clock: Clock, company: Company, manager: Account) -> None:
    clerk = StaffFactory(chamber=company.chamber)
    give_telephone(clerk)
    lock_everywhere(clerk)
    assert counted_on(clerk) == {"device", "devices", "elsewhere", "strangers", "forgotten", "second-factor"}
    assert log_in(stranger(98), clerk).status_code == 429
    boss = log_in_with(manager)
    unlock = reverse("unlock_clerk", args=[clerk.public_id])
    assert unlock in boss.get(reverse("clerk", args=[clerk.public_id])).content.decode()
    assert boss.post(unlock)["Location"] == reverse("clerk", args=[clerk.public_id])
    assert unlock not in boss.get(reverse("clerk", args=[clerk.public_id])).content.decode()
    assert counted_on(clerk) == set()
    browser = stranger(99)
    assert log_in(browser, clerk).status_code == 302
    assert browser.post(reverse("enter_second_factor"), {"code": code_now()}).status_code == 302


def test_clerks_unlock_neither_themselves_nor_other_chambers(
    company: Company, manager: Account, reviewer: Account
) -> None:
    others = StaffFactory(chamber=ChamberFactory())
    boss = log_in_with(manager)
    assert boss.post(reverse("unlock_clerk", args=[manager.public_id])).status_code == 404
    assert boss.post(reverse("unlock_clerk", args=[others.public_id])).status_code == 404
    assert log_in_with(reviewer).post(reverse("unlock_clerk", args=[manager.public_id])).status_code == 403


# --- What is said about the time to wait ---


def own_password(browser: Client) -> HttpResponse:
    typed = {"current_password": "guess", "new_password": NEW, "new_password_again": NEW}
    return browser.post(reverse("change_password"), typed)


DOORS: dict[str, Callable[[Company, Client, Client], HttpResponse]] = {
    "login": lambda company, visitor, _signer: log_in(visitor, company.signer, "guess"),
    "own password": lambda _company, _visitor, signer: own_password(signer),
    "forgotten password": lambda company, visitor, _signer: ask(visitor, company.signer),
    "forgotten ID": lambda company, visitor, _signer: visitor.post(
        reverse("forgotten_id"), {"chamber_code": company.chamber.code, "email": EMAIL}
    ),
    "registration": lambda company, visitor, _signer: asks_for_link(visitor, company.chamber),
    "resumption": lambda company, visitor, _signer: visitor.post(
        reverse("resume"), {"chamber": company.chamber.code, "email": EMAIL}
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_the_time_to_wait_is_true(door: str, clock: Clock, company: Company, chamber: Chamber) -> None:
    """For every wait, however long: a second before its end a try is refused, at its end it is taken."""
    waits = []
    for _wait in range(3):
        visitor, signer = CompletePages(), log_in_with(company.signer)
        for _try in range(700):
            answer = DOORS[door](company, visitor, signer)
            if answer.status_code == 429:
                break
            clock.shift(timedelta(milliseconds=10))
        waits.append(int(answer["Retry-After"]))
        clock.shift(waits[-1] - 1)
        signer = log_in_with(company.signer)
        assert DOORS[door](company, visitor, signer).status_code == 429
        clock.shift(1)
        assert DOORS[door](company, visitor, signer).status_code != 429
    assert all(wait > 0 for wait in waits)


def test_the_time_to_wait_for_a_second_factor_is_true(clock: Clock, company: Company) -> None:
    clerk = StaffFactory(chamber=company.chamber)
    give_telephone(clerk)
    browser = log_in_with(clerk, second_factor=False)
    for _try in range(5):
        assert browser.post(reverse("enter_second_factor"), {"code": "000000"}).status_code == 200
    refused = browser.post(reverse("enter_second_factor"), {"code": code_now()})
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert "あと1分待ってから" in refused.content.decode()
    clock.shift(59)
    assert browser.post(reverse("enter_second_factor"), {"code": code_now()}).status_code == 429
    clock.shift(1)
    assert browser.post(reverse("enter_second_factor"), {"code": code_now()}).status_code == 302


def test_the_login_says_how_long_to_wait(clock: Clock, company: Company) -> None:
    said = []
    for pause in (60, 60, 900, 900, 0):
        refused = log_in(CompletePages(), company.signer, "guess")
        while refused.status_code == 200:
            refused = log_in(CompletePages(), company.signer, "guess")
        (error,) = refused.context["form"].non_field_errors()
        said.append((int(refused["Retry-After"]), error))
        clock.shift(pause)
    texts = [f"ログインの試行回数が多すぎます。{wait}待ってから、もう一度お試しください。" for wait in WAITS]
    assert said == list(zip((60, 840, 780, 60, 84480), texts, strict=True))


WAITS = ("あと1分", "あと14分", "あと13分", "あと1分", "あと約24時間")
