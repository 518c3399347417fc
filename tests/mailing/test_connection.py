"""One connection for many mails, and what happens when the mail server ends it."""

import asyncio
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from devtools.web import free_port
from mailing.models import OutboxMail
from mailing.services import HANDFUL, LEASE, Hand, deliver_due
from tests.conftest import Company
from tests.mailing.test_services import owe
from tests.support.sink import Sink, serving

Status = OutboxMail.Status


class TiredSink(Sink):
    """Ends every connection after three mails, with 421 or without a word."""

    connections = 0
    politely = True

    async def handle_EHLO(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name, session.mails = hostname, 0
        self.connections += 1
        return responses

    async def handle_MAIL(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if session.mails == 3:
            if not self.politely:
                server.transport.close()
            return "421 too many mails"
        session.mails += 1
        envelope.mail_from = address
        return "250 OK"


@pytest.fixture
def tired(settings: Any) -> Iterator[TiredSink]:
    with serving(TiredSink(free_port()), settings) as handler:
        yield handler


@pytest.mark.parametrize("politely", [True, False])
def test_a_server_that_ends_the_connection_delays_no_mail(politely: bool, company: Company, tired: TiredSink) -> None:
    tired.politely = politely
    for number in range(7):
        owe(company.signer, number)
    assert deliver_due() == 7
    assert len(tired.received) == 7
    assert tired.connections == 3


def test_what_was_claimed_and_not_begun_is_given_back(company: Company, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for number in range(HANDFUL + 1):
        owe(company.signer, number)
    assert deliver_due() == 0
    assert not OutboxMail.objects.filter(lease_until__isnull=False).exists()
    assert OutboxMail.objects.filter(attempts=1).count() == 1


def test_a_mail_is_begun_only_while_its_lease_lasts_for_the_whole_dialogue(company: Company) -> None:
    for number in range(2):
        owe(company.signer, number)
    slow, quick = Hand(), Hand()
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        assert slow.next() is not None
        assert quick.next() is None
    with time_machine.travel(now + LEASE + timedelta(seconds=1), tick=False):
        second = slow.next()
        assert second is not None
        second.refresh_from_db()
        assert second.lease_until is not None
        assert second.lease_until - timezone.now() >= LEASE
        assert second.attempts == 1


class HangingSink(Sink):
    """Takes a mail's content and says nothing more, or takes it, closes the door and says nothing."""

    closes = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        if self.closes:
            server.transport.abort()
            return ""
        await asyncio.sleep(600)
        return "250 too late"


@pytest.mark.parametrize("closes", [False, True], ids=["hangs", "closes"])
def test_a_server_that_does_not_answer_costs_a_mail_nothing(closes: bool, company: Company, settings: Any) -> None:
    mails = [owe(company.signer, number) for number in range(3)]
    with serving(HangingSink(free_port()), settings) as silent:
        silent.closes, settings.EMAIL_TIMEOUT = closes, 3
        assert deliver_due() == 0
    for mail in mails:
        mail.refresh_from_db()
    assert [(mail.status, mail.attempts, mail.lease_until) for mail in mails] == [
        (Status.WAITING, 1, None),
        (Status.WAITING, 0, None),
        (Status.WAITING, 0, None),
    ]
    settings.EMAIL_TIMEOUT = 60
    with serving(Sink(free_port()), settings) as sink, time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert deliver_due() == 3
    assert len({str(mail["Message-ID"]) for mail in sink.received}) == 3


class ForbiddingSink(Sink):
    """Takes nothing from our address."""

    async def handle_MAIL(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        return "530 authentication required"


def _nobody(*_asked: Any) -> AuthResult:
    return AuthResult(success=False, handled=False)


def _strangers_certificate(folder: Path) -> ssl.SSLContext:
    """One that no authority has signed."""
    key, now = ec.generate_private_key(ec.SECP256R1()), timezone.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    signed = made.not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    unlocked = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unlocked)
    file = folder / "stranger.pem"
    file.write_bytes(pem + signed.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.mark.parametrize("fault", ["password", "certificate", "sender"])
def test_no_mail_is_given_up_because_of_its_server(fault: str, company: Company, settings: Any, tmp_path: Path) -> None:
    """A password that was changed at the server, or a certificate that ran out, says nothing about any mail."""
    handler, options = Sink(free_port()), {}
    if fault == "password":
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "eco", "of yesterday"
        options = {"authenticator": _nobody, "auth_require_tls": False}
    elif fault == "certificate":
        settings.EMAIL_USE_SSL = True
        options = {"ssl_context": _strangers_certificate(tmp_path)}
    else:
        handler = ForbiddingSink(handler.port)
    mails = [owe(company.signer, number) for number in range(3)]
    with serving(handler, settings, **options):
        assert deliver_due() == 0
    for mail in mails:
        mail.refresh_from_db()
    assert [mail.status for mail in mails] == [Status.WAITING] * 3
    assert [mail.attempts for mail in mails] == [1, 0, 0]
    assert mails[0].last_error
    settings.EMAIL_USE_SSL, settings.EMAIL_HOST_USER = False, ""
    with serving(Sink(free_port()), settings), time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        assert deliver_due() == 3
