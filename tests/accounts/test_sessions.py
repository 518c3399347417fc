"""Sessions: one an account, 30 minutes idle, 8 hours at most, and a reason when they end."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import Account, Ending, PasswordOrigin, Session
from accounts.sessions import SessionStore, end_sessions, forget_ended_sessions
from accounts.tasks import tidy
from tests.accounts.conftest import log_in
from tests.conftest import Company
from tests.factories import PASSWORD

BrowserOf = Callable[[Account], Client]
Clock = time_machine.Traveller
MORNING = datetime.fromisoformat("2026-11-24T09:00:00+09:00")


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Nine in the morning, and time stands still. To be asked for before the company, which is as old as the clock says."""
    with time_machine.travel(MORNING, tick=False) as standing:
        yield standing


def left(client: Client) -> tuple[int, bool]:
    told = client.get(reverse("session_left")).json()
    return told["seconds"], told["can_stay"]


def test_asking_how_much_is_left_prolongs_nothing_and_staying_does(
    clock: Clock, company: Company, browser_of: BrowserOf
) -> None:
    browser = browser_of(company.administrator)
    assert left(browser) == (31 * 60, True)
    clock.shift(timedelta(minutes=29))
    assert left(browser) == left(browser) == (2 * 60, True)
    assert browser.post(reverse("stay")).json() == {"seconds": 31 * 60, "can_stay": True}
    clock.shift(timedelta(minutes=31))
    assert left(browser) == (0, False)
    assert browser.post(reverse("stay")).json() == {"seconds": 0, "can_stay": False}


def test_nobody_stays_longer_than_eight_hours(clock: Clock, company: Company, browser_of: BrowserOf) -> None:
    browser = browser_of(company.administrator)
    for _each in range(20):
        clock.shift(timedelta(minutes=23.9))
        browser.post(reverse("stay"))
    assert left(browser) == (2 * 60, False)
    assert browser.get(reverse("menu")).context["request"].session.seconds_left == 2 * 60


def is_in(client: Client) -> bool:
    return client.get(reverse("menu")).status_code == 200


def reason(client: Client) -> str:
    """What the login page says about the session that ended."""
    page = client.get(reverse("login")).content.decode()
    return next((ending.name for ending in Ending if str(ending.label) in page), "")


def key_of(client: Client) -> str:
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


@pytest.mark.parametrize(
    ("last_page", "idle", "lives"),
    [
        (0, timedelta(minutes=30, seconds=59), True),
        (0, timedelta(minutes=31), False),
        (59, timedelta(minutes=30), True),
        (59, timedelta(minutes=30, seconds=1), False),
        (60, timedelta(minutes=30, seconds=59), True),
        (60, timedelta(minutes=31), False),
    ],
)
def test_a_session_ends_thirty_to_thirty_one_minutes_after_the_last_page(
    last_page: int, idle: timedelta, *, lives: bool, clock: Clock, company: Company, visitor: Client
) -> None:
    log_in(visitor, company.administrator)
    clock.shift(last_page)
    assert is_in(visitor)
    clock.shift(idle)
    assert is_in(visitor) is lives
    assert reason(visitor) == ("" if lives else "IDLE")


def test_a_session_ends_after_eight_hours_of_steady_work(clock: Clock, company: Company, visitor: Client) -> None:
    log_in(visitor, company.administrator)
    for _quarter in range(31):
        clock.shift(timedelta(minutes=15))
        assert is_in(visitor)
    clock.shift(timedelta(minutes=14, seconds=59))
    assert is_in(visitor)
    clock.shift(1)
    assert not is_in(visitor)
    assert reason(visitor) == "TOO_LONG"


def test_one_comes_back_to_the_page_one_was_on(clock: Clock, company: Company, visitor: Client) -> None:
    log_in(visitor, company.administrator)
    clock.shift(timedelta(hours=1))
    here = "/signers/?name=%E4%BC%9A%E8%AD%B0&page=1"
    to_login = visitor.get(here)["Location"]
    typed = {"chamber_code": company.chamber.code, "login_id": company.administrator.login_id, "password": PASSWORD}
    assert visitor.post(to_login, typed)["Location"] == here


def test_nobody_comes_back_to_a_page_that_only_takes_forms(company: Company, visitor: Client) -> None:
    assert visitor.post(reverse("logout"))["Location"] == reverse("login")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("second login", "SECOND_LOGIN"),
        ("new password", "CREDENTIALS"),
        ("new address", "CREDENTIALS"),
        ("suspended", "STOPPED"),
    ],
)
def test_what_ends_a_session_is_said_on_the_login_page(
    what: str, said: str, company: Company, browser_of: BrowserOf
) -> None:
    account = company.signer
    client = browser_of(account)
    assert is_in(client)
    if what == "second login":
        log_in(Client(), account)
    if what == "new password":
        services.set_password(account, "another long secret", origin=PasswordOrigin.OWN, by=account)
    if what == "new address":
        services.change_email(account, "new@example.jp", by=company.administrator)
    if what == "suspended":
        account.status = Account.Status.SUSPENDED
        account.save()
    assert not is_in(client)
    assert reason(client) == said


@pytest.mark.parametrize(("idle", "said"), [(timedelta(minutes=15), "TOO_LONG"), (timedelta(minutes=40), "IDLE")])
def test_a_session_that_has_run_out_keeps_its_reason(
    idle: timedelta, said: str, clock: Clock, company: Company, visitor: Client
) -> None:
    log_in(visitor, company.administrator)
    if said == "TOO_LONG":
        for _quarter in range(31):
            clock.shift(timedelta(minutes=15))
            is_in(visitor)
    clock.shift(idle)
    log_in(Client(), company.administrator)
    assert reason(visitor) == said


def test_the_browser_that_changes_the_password_stays_in(company: Company, browser_of: BrowserOf) -> None:
    client = browser_of(company.signer)
    new = "kaze ga fuku minato no asa"
    typed = {"current_password": PASSWORD, "new_password": new, "new_password_again": new}
    assert client.post(reverse("change_password"), typed).status_code == 302
    company.signer.refresh_from_db()
    assert company.signer.check_password(new)
    assert is_in(client)


def test_the_reason_is_said_no_more_once_somebody_has_logged_in_anew(company: Company, browser_of: BrowserOf) -> None:
    client = browser_of(company.signer)
    end_sessions(company.signer, because=Ending.SECOND_LOGIN)
    assert reason(client) == "SECOND_LOGIN"
    log_in(client, company.signer)
    client.post(reverse("logout"))
    assert reason(client) == ""


def test_a_page_that_ends_late_brings_no_ended_session_back(company: Company, browser_of: BrowserOf) -> None:
    client = browser_of(company.signer)
    late = SessionStore(key_of(client))
    late["note"] = "in time"
    late.save()
    assert late.decode(Session.objects.get().session_data) == {"note": "in time"}
    end_sessions(company.signer, because=Ending.CREDENTIALS)
    late["note"] = "too late"
    late.save()
    assert late.decode(Session.objects.get().session_data) == {"note": "in time"}
    assert not is_in(client)
    assert reason(client) == "CREDENTIALS"


def test_a_page_that_ends_after_the_logout_brings_no_session_back(company: Company, browser_of: BrowserOf) -> None:
    client = browser_of(company.signer)
    late = SessionStore(key_of(client))
    assert late.account == company.signer
    client.post(reverse("logout"))
    late["note"] = "too late"
    late.save()
    assert not Session.objects.filter(account=company.signer).exists()


def test_the_farewell_is_a_visitors(company: Company, browser_of: BrowserOf) -> None:
    client = browser_of(company.signer)
    client.post(reverse("logout"))
    assert Session.objects.get().account is None
    assert "ログアウトしました。" in client.get(reverse("login")).content.decode()
    assert not Session.objects.filter(account__isnull=False).exists()
    assert not is_in(client)


def test_the_database_allows_an_account_one_live_session(company: Company, browser_of: BrowserOf) -> None:
    browser_of(company.signer)
    row = {"account": company.signer, "session_data": "", "expire_date": timezone.now()}
    with pytest.raises(IntegrityError, match="accounts_one_live_session"), transaction.atomic():
        Session.objects.create(session_key="live", **row)
    Session.objects.create(session_key="ended", ended_because=Ending.IDLE, **row)


def test_reading_pages_writes_the_session_once_a_minute(clock: Clock, company: Company, visitor: Client) -> None:
    log_in(visitor, company.administrator)
    writes = []
    for _read in range(12):
        clock.shift(timedelta(seconds=10))
        with CaptureQueriesContext(connection) as queries:
            assert is_in(visitor)
        writes.append(sum('UPDATE "accounts_session"' in query["sql"] for query in queries))
    assert writes == [0, 0, 0, 0, 0, 1] * 2


@pytest.mark.parametrize(("who", "of_the_page"), [("administrator", 1), ("signer", 2), ("sub_id", 1)])
def test_one_query_tells_who_it_is_and_whether_they_may_act(
    who: str, of_the_page: int, company: Company, browser_of: BrowserOf
) -> None:
    client = browser_of(getattr(company, who))
    for _page in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert is_in(client)
        said = [query["sql"] for query in queries]
        assert len(said) == 1 + of_the_page
        assert said[0].startswith("EXECUTE session_with_account")


def test_a_visitor_has_no_session(company: Company, visitor: Client) -> None:
    for name in ("login", "forgotten", "forgotten_sent", "menu"):
        visitor.get(reverse(name))
    log_in(visitor, company.signer, "wrong")
    assert not Session.objects.exists()
    assert settings.SESSION_COOKIE_NAME not in visitor.cookies
    log_in(visitor, company.signer)
    assert Session.objects.get().account == company.signer
    assert settings.SESSION_COOKIE_NAME in visitor.cookies


def test_a_made_up_key_opens_nothing(company: Company, browser_of: BrowserOf, visitor: Client) -> None:
    browser_of(company.signer)
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "f" * 32
    assert not is_in(visitor)
    assert Session.objects.count() == 1


def test_a_session_without_data_holds_none_and_one_of_before_is_read() -> None:
    assert SessionStore().encode({}) == ""
    assert SessionStore().decode("") == {}
    signed = super(SessionStore, SessionStore()).encode({})
    assert signed
    assert SessionStore().decode(signed) == {}


@pytest.mark.parametrize("sweep", [forget_ended_sessions, tidy])
def test_reasons_are_kept_for_a_day(
    sweep: Callable[[], None], clock: Clock, company: Company, rival: Company, visitor: Client
) -> None:
    log_in(visitor, company.signer)
    clock.shift(timedelta(hours=20))
    log_in(Client(), rival.signer)
    clock.shift(timedelta(hours=4, minutes=30))
    sweep()
    assert reason(visitor) == "IDLE"
    clock.shift(timedelta(hours=1))
    sweep()
    assert [session.account for session in Session.objects.all()] == [rival.signer]


@pytest.mark.parametrize("key", [r'"\000aaaaaaaa"', "a" * 31, "A" * 32, "a" * 33, "aaaaaaaa"])
def test_what_cannot_be_a_key_is_no_session_and_is_not_looked_for(
    key: str, visitor: Client, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    with django_assert_num_queries(0):
        answer = visitor.get(reverse("menu"), headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={key}"})
    assert answer.status_code == 302
