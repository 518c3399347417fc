"""What every test stands on: a company with one ID of each kind, a browser for each, and templates that must be complete."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from accounts.models import Account, Kind, PasswordOrigin, Role
from accounts.sessions import SessionStore
from chambers.models import Chamber
from devtools.web import free_port
from documents import apart
from mailing.services import deliver_due
from signers.models import Signer
from tests.factories import (
    AccountFactory,
    ChamberFactory,
    SignerFactory,
    StaffFactory,
    SubIdFactory,
    TradeRegistrationFactory,
)
from tests.support.sink import Sink, serving
from trade_registration.models import TradeRegistration

if TYPE_CHECKING:
    from tests.pages import Cast


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that nobody waits for it at the end. Without a Chromium the browser tests are skipped;
    dev.py says so, and CI never comes here without one."""
    items.sort(key=lambda item: not any(map(item.get_closest_marker, ("browser", "kill"))))
    if not os.environ.get("CHROME"):
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium was found"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """On a starved machine CI ends with an answer: what has not begun in time is skipped, and counted as such."""
    if time.monotonic() > float(os.environ.get("ECO_TESTS_END", "inf")):
        pytest.skip("no time was left")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Whoever had time for nothing has proved nothing."""
    reporter = session.config.pluginmanager.getplugin("terminalreporter")
    if "ECO_TESTS_END" in os.environ and reporter and not reporter.stats.get("passed"):
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.fixture(scope="session", autouse=True)
def time_for_strangers_files() -> None:
    """A machine may be slow: what is no endless file is read to its end."""
    apart._SECONDS, apart._PATIENCE = 300, 300


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Tests that commit clear the tables afterwards; the audit would refuse.

    A connection that a browser keeps open keeps its server thread, and with it a database connection, until the browser
    ends; the database could not be dropped.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_no_truncate ON audit_auditentry")
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@dataclass(frozen=True)
class Company:
    """One registration with an administrator, a signer and the signer's sub-ID."""

    registration: TradeRegistration
    administrator: Account
    signer: Account
    sub_id: Account

    @property
    def chamber(self) -> Chamber:
        return self.registration.chamber

    @property
    def signer_row(self) -> Signer:
        return self.signer.signer


def make_company(**registration: object) -> Company:
    made = TradeRegistrationFactory(**registration)
    signer = SignerFactory(account__registration=made).account
    return Company(made, AccountFactory(registration=made), signer, SubIdFactory(parent=signer))


def without_password(account: Account) -> Account:
    """The account as it is before its certificate is first printed."""
    unusable = {"password": "!", "password_origin": PasswordOrigin.NONE}
    Account.objects.get_queryset().filter(pk=account.pk).update(**unusable)
    account.refresh_from_db()
    return account


@pytest.fixture
def company(db: None) -> Company:
    return make_company()


@pytest.fixture
def rival(company: Company) -> Company:
    """Another company at the same chamber."""
    return make_company(chamber=company.chamber, company_name="競合貿易株式会社")


@pytest.fixture
def stranger(company: Company) -> Company:
    """A company at another chamber."""
    return make_company(chamber=ChamberFactory(name="みなと商工会議所"), company_name="株式会社みなと食品")


@pytest.fixture
def reviewer(company: Company) -> Account:
    """A clerk (審査担当) at the company's chamber."""
    return StaffFactory(chamber=company.chamber)


@pytest.fixture
def manager(company: Company) -> Account:
    """A manager (責任者) at the company's chamber."""
    return StaffFactory(chamber=company.chamber, role=Role.MANAGER, name="責任 四郎")


@pytest.fixture
def cast(
    company: Company, rival: Company, reviewer: Account, manager: Account, tmp_path: Path, settings: Settings
) -> "Cast":
    """Somebody for every page, with nothing on its lists yet."""
    from tests.pages import Cast  # it stands on this file

    settings.ECO_INBOX = str(tmp_path / "mail")
    return Cast(company, rival, reviewer=reviewer, manager=manager, inbox=tmp_path / "mail")


class CompletePages(Client):
    """A browser that fails on a page with an undefined template variable."""

    def request(self, **request: object) -> HttpResponse:
        response = super().request(**request)
        if not response.streaming and "text/html" in response.headers.get("Content-Type", ""):
            assert "UNDEFINED(" not in response.content.decode(), response.content.decode()
        return response


@pytest.fixture
def visitor(db: None) -> Client:
    return CompletePages()


def log_in_with(account: Account, *, second_factor: bool = True, mailbox_proved: bool = False) -> Client:
    """A browser in which the account is logged in; a clerk has shown the second factor too, unless told otherwise."""
    session = SessionStore()
    session.start(account)
    if mailbox_proved:
        session.prove_mailbox()
    if second_factor and account.kind == Kind.STAFF:
        session.pass_second_factor()
    client = CompletePages()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


@pytest.fixture
def browser_of(db: None) -> Callable[[Account], Client]:
    """A browser in which the account is logged in; a clerk has shown the second factor too."""
    return log_in_with


def queries_of(client: Client, address: str, data: dict[str, str] | None = None) -> int:
    """How many queries the page asks when it is opened again at the same moment.

    The clock stands, since a session is prolonged once a minute, and the machine may be slow; the first time prepares
    what a connection keeps.
    """
    with time_machine.travel(timezone.now(), tick=False):
        assert client.get(address, data).status_code == 200
        with CaptureQueriesContext(connection) as asked:
            client.get(address, data)
    return len(asked)


@pytest.fixture
def delivered(mailoutbox: list[EmailMessage]) -> Callable[[], list[EmailMessage]]:
    """Delivers what is due and returns everything that was sent in this test."""

    def deliver() -> list[EmailMessage]:
        deliver_due()
        return mailoutbox

    return deliver


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """A real mail server, to which the portal's mail goes."""
    with serving(Sink(free_port()), settings) as handler:
        yield handler
