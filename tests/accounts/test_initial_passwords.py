"""The initial password that can be printed only on the Japanese day of its first output."""

import logging
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts import services
from accounts.initial_passwords import HIDDEN, issue, printable
from accounts.models import Account, DayKey, InitialPassword, PasswordOrigin
from accounts.passwords import canonical
from accounts.tasks import tidy
from foundation.request_log import JsonFormatter
from tests.accounts.conftest import log_in
from tests.conftest import Company, make_company, without_password
from tests.support.turns import at_once
from trade_registration.models import TradeRegistration

LAST_SECOND = datetime.fromisoformat("2026-11-24T23:59:59+09:00")
NOON = datetime.fromisoformat("2026-11-24T12:00:00+09:00")


def make_new_company(**registration: object) -> Company:
    """Its signer and the sub-ID have no password yet."""
    made = make_company(**registration)
    without_password(made.signer)
    without_password(made.sub_id)
    return made


@pytest.fixture
def company(db: None) -> Company:
    return make_new_company()


@pytest.fixture
def rival(company: Company) -> Company:
    return make_new_company(chamber=company.chamber)


def shown(account: Account) -> str:
    return printable([Account.objects.get_queryset().get(pk=account.pk)])[account.pk]


def is_shown(account: Account) -> bool:
    return shown(account) != HIDDEN


def test_the_first_output_issues_the_password_and_the_next_repeats_it(company: Company) -> None:
    assert issue(company.signer)
    first = shown(company.signer)
    assert not issue(company.signer)
    assert shown(company.signer) == first
    account = Account.objects.get_queryset().get(pk=company.signer.pk)
    assert account.check_password(canonical(first))
    assert account.password_origin == PasswordOrigin.INITIAL


def test_the_next_day_issues_no_other(company: Company) -> None:
    with time_machine.travel(LAST_SECOND, tick=False) as clock:
        issue(company.signer)
        first = shown(company.signer)
        clock.shift(1)
        assert not issue(company.signer)
        assert not is_shown(company.signer)
    assert Account.objects.get_queryset().get(pk=company.signer.pk).check_password(first)


@pytest.mark.parametrize(
    ("issued", "printed", "same_day"),
    [
        ("2026-11-24T00:00:00+09:00", "2026-11-24T23:59:59+09:00", True),
        ("2026-11-24T08:59:59+09:00", "2026-11-24T09:00:00+09:00", True),
        ("2026-11-24T23:59:59+09:00", "2026-11-25T00:00:00+09:00", False),
        ("2026-11-24T12:00:00+09:00", "2026-11-26T12:00:00+09:00", False),
        ("2026-12-31T23:59:59+09:00", "2027-01-01T00:00:00+09:00", False),
    ],
)
def test_it_is_shown_until_midnight_in_japan(issued: str, printed: str, *, same_day: bool, company: Company) -> None:
    with time_machine.travel(datetime.fromisoformat(issued), tick=False) as clock:
        issue(company.signer)
        clock.move_to(datetime.fromisoformat(printed))
        assert is_shown(company.signer) is same_day


def test_it_is_hidden_once_the_owner_has_another(company: Company) -> None:
    issue(company.signer)
    assert is_shown(company.signer)
    company.signer.refresh_from_db()
    services.set_password(company.signer, "kono fune wa minato", origin=PasswordOrigin.OWN, by=company.signer)
    assert not is_shown(company.signer)


@pytest.mark.parametrize("what", ["account", "signer of the sub-ID", "registration"])
def test_it_is_hidden_while_the_id_is_stopped(what: str, company: Company) -> None:
    account = company.sub_id if what == "signer of the sub-ID" else company.signer
    issue(account)
    assert is_shown(account)
    if what == "registration":
        TradeRegistration.objects.update(status=TradeRegistration.Status.SUSPENDED)
    else:
        Account.objects.get_queryset().filter(pk=company.signer.pk).update(status=Account.Status.SUSPENDED)
    assert not is_shown(account)


@pytest.mark.parametrize("with_the_hash", [False, True])
def test_a_ciphertext_on_another_row_stays_shut(with_the_hash: bool, company: Company, rival: Company) -> None:
    for account in (company.signer, rival.signer):
        issue(account)
    one, other = (InitialPassword.objects.get(account=account) for account in (company.signer, rival.signer))
    InitialPassword.objects.filter(pk=one.pk).update(nonce=other.nonce, ciphertext=other.ciphertext)
    if with_the_hash:
        Account.objects.get_queryset().filter(pk=one.pk).update(password=other.account.password)
    assert not is_shown(company.signer)
    assert is_shown(rival.signer)


def test_yesterdays_ciphertext_stays_shut_under_todays_date(company: Company) -> None:
    with time_machine.travel(LAST_SECOND, tick=False) as clock:
        issue(company.signer)
        clock.shift(1)
        issue(company.sub_id)
        InitialPassword.objects.update(issued_on="2026-11-25")
        assert not is_shown(company.signer)
        assert is_shown(company.sub_id)


def test_yesterdays_ciphertext_and_key_stay_shut_under_todays_date(company: Company) -> None:
    with time_machine.travel(LAST_SECOND, tick=False) as clock:
        issue(company.signer)
        clock.shift(1)
        assert (DayKey.objects.update(day="2026-11-25"), InitialPassword.objects.update(issued_on="2026-11-25")) == (
            1,
            1,
        )
        issue(company.sub_id)
        assert not is_shown(company.signer)
        assert is_shown(company.sub_id)


def test_a_new_master_key_in_front_reads_what_the_old_one_wrote(company: Company, settings: Settings) -> None:
    issue(company.signer)
    old = list(settings.ECO_MASTER_KEYS)
    settings.ECO_MASTER_KEYS = [Fernet.generate_key().decode(), *old]
    assert is_shown(company.signer)
    settings.ECO_MASTER_KEYS = settings.ECO_MASTER_KEYS[:1]
    assert not is_shown(company.signer)


def test_a_lost_day_key_hides_and_breaks_nothing(company: Company) -> None:
    issue(company.signer)
    DayKey.objects.all().delete()
    assert not is_shown(company.signer)
    assert issue(company.sub_id)
    assert is_shown(company.sub_id)
    assert not is_shown(company.signer)


@pytest.mark.parametrize("touch", ["tidy", "print", "issue"])
def test_the_keys_of_past_days_are_destroyed_at_every_touch(touch: str, company: Company) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        issue(company.signer)
        clock.shift(timedelta(days=1))
        assert DayKey.objects.exists()
        touches: dict[str, Callable[[], object]] = {
            "tidy": tidy,
            "print": lambda: printable([]),
            "issue": lambda: issue(company.sub_id),
        }
        touches[touch]()
        assert [key.day.isoformat() for key in DayKey.objects.all()] == (["2026-11-25"] if touch == "issue" else [])


def test_it_is_hidden_even_while_nothing_destroys_the_keys(company: Company) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE RULE keys_stay AS ON DELETE TO accounts_daykey DO INSTEAD NOTHING")
    with time_machine.travel(LAST_SECOND, tick=False) as clock:
        issue(company.signer)
        assert is_shown(company.signer)
        clock.shift(1)
        issue(company.sub_id)
        assert not is_shown(company.signer)
        assert is_shown(company.sub_id)
    assert DayKey.objects.count() == 2


def test_todays_key_survives_the_tidying(company: Company) -> None:
    issue(company.signer)
    tidy()
    assert is_shown(company.signer)


@pytest.mark.django_db
def test_the_day_keys_are_in_no_backup_and_no_wal() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = %s", [DayKey._meta.db_table])
        assert cursor.fetchone() in [("u",), (b"u",)]


def everything_stored() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        tables = [row[0] for row in cursor.fetchall()]
        stored = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            stored += [row[0] for row in cursor.fetchall()]
    return "\n".join(stored)


def test_the_password_itself_is_stored_and_logged_nowhere(
    company: Company, browser_of: Callable[[Account], Client], caplog: pytest.LogCaptureFixture
) -> None:
    client = browser_of(company.administrator)
    with caplog.at_level(logging.DEBUG):
        client.post(reverse("signer_certificates"))
        assert client.get(reverse("signer_certificates_pdf")).status_code == 200
        password = shown(company.signer)
        assert log_in(Client(), company.signer, password).status_code == 302
    assert password != HIDDEN
    stored = everything_stored()
    logged = "\n".join(JsonFormatter().format(entry) for entry in caplog.records)
    assert company.signer.login_id in stored
    assert "signers/certificates.pdf" in logged
    plain = password.encode()
    for form in (password, plain.hex(), b64encode(plain).decode(), urlsafe_b64encode(plain).decode()):
        assert form not in stored
        assert form not in logged


@pytest.mark.django_db(transaction=True)
def test_a_hundred_simultaneous_outputs_issue_one_password() -> None:
    company = make_new_company()

    def output() -> list[tuple[bool, str]]:
        return [(issue(company.signer), shown(company.signer)) for _each in range(5)]

    results = [result for five in at_once(20, output) for result in five]
    assert len(results) == 100
    assert sum(was_first for was_first, _password in results) == 1
    assert len({password for _was_first, password in results}) == 1


@pytest.mark.django_db(transaction=True)
def test_simultaneous_first_outputs_of_a_day_share_its_key() -> None:
    company = make_new_company()
    accounts = [without_password(company.administrator), company.signer, company.sub_id]
    at_once(3, lambda: issue(accounts.pop()))
    assert DayKey.objects.count() == 1
    assert all(is_shown(account) for account in (company.administrator, company.signer, company.sub_id))
