"""One connection for many mails, and what happens when the mail server ends it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from aiosmtpd.smtp import SMTP
from django.utils import timezone

from mailing.models import OutboxMail
from mailing.services import HANDFUL, LEASE, Hand, deliver_due
from tests.conftest import Company
from tests.mailing.conftest import Sink, free_port, serving
from tests.mailing.test_services import owe

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
