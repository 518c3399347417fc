"""Owing and delivering mail, over real SMTP."""

import re
import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from email_verification.services import send_first_code
from mailing.models import OutboxMail
from mailing.services import LEASE, _describe, deliver_due, oldest_due_age, put_in_outbox
from tests.conftest import Company, make_company
from tests.support.sink import Sink
from tests.support.turns import on_its_own_connection

Status = OutboxMail.Status


def owe(account: Account, number: int = 1) -> OutboxMail:
    """A mail that can always be written."""
    put_in_outbox("accounts.password_changed", key=f"test{number}", chamber=account.chamber, account=account.pk)
    return OutboxMail.objects.get(key=f"accounts.password_changed:test{number}")


def test_a_mail_is_owed_only_when_its_reason_is_committed(company: Company) -> None:
    with transaction.atomic():
        owe(company.signer)
        transaction.set_rollback(True)
    assert not OutboxMail.objects.exists()


def test_the_same_key_twice_is_one_mail(company: Company) -> None:
    owe(company.signer)
    owe(company.signer)
    assert OutboxMail.objects.count() == 1


def test_japanese_mail_arrives_as_it_was_written(company: Company, sink: Sink) -> None:
    mail = owe(company.signer)
    assert deliver_due() == 1
    (arrived,) = sink.received
    assert str(arrived["Subject"]).strip() == "貿易関係証明発給システム パスワード変更のお知らせ"
    assert arrived["To"] == company.signer.email
    assert arrived["Message-ID"] == mail.message_id
    assert "会議所 太郎 様" in arrived.get_content()


def test_a_sent_mail_is_not_sent_again(company: Company, sink: Sink) -> None:
    owe(company.signer)
    assert [deliver_due(), deliver_due()] == [1, 0]
    assert len(sink.received) == 1


@pytest.mark.parametrize(("answer", "status"), [("451 try later", Status.WAITING), ("550 no such user", Status.FAILED)])
def test_a_temporary_refusal_is_retried_and_a_final_one_is_not(
    answer: str, status: str, company: Company, sink: Sink
) -> None:
    sink.answer = answer
    mail = owe(company.signer)
    assert deliver_due() == 0
    mail.refresh_from_db()
    assert mail.status == status
    assert mail.last_error.startswith("SMTP")
    assert company.signer.email not in mail.last_error
    sink.answer = "250 OK"
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        assert deliver_due() == (1 if status == Status.WAITING else 0)


def test_waits_grow_and_end_after_three_days(company: Company, sink: Sink) -> None:
    sink.answer = "451 try later"
    mail = owe(company.signer)
    now = timezone.now()
    waits = []
    while mail.status == Status.WAITING:
        with time_machine.travel(now, tick=False):
            deliver_due()
        mail.refresh_from_db()
        waits.append(mail.not_before - now)
        now = max(mail.not_before, now + timedelta(seconds=1))
    assert waits[0] < waits[1] < waits[2]
    assert max(waits) == timedelta(hours=1)
    assert now - mail.created_at > timedelta(days=3)
    assert mail.status == Status.FAILED


def test_an_unreachable_server_loses_nothing(company: Company, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for number in range(3):
        owe(company.signer, number)
    assert deliver_due() == 0
    assert OutboxMail.objects.filter(status=Status.WAITING).count() == 3
    assert OutboxMail.objects.filter(attempts__gt=0).count() == 1


def test_mails_that_cannot_be_written_do_not_hold_up_the_others(company: Company, sink: Sink) -> None:
    for number in range(40):
        owe(company.signer, number)
        if number % 4 == 0:
            put_in_outbox("accounts.password_changed", key=f"broken{number}", chamber=company.chamber, account=0)
    assert deliver_due() == 40
    assert OutboxMail.objects.filter(status=Status.FAILED).count() == 10


def test_a_mail_with_an_impossible_address_does_not_hold_up_the_others(company: Company, sink: Sink) -> None:
    """No form lets such an address in; a database that was filled in another way may hold one."""
    owe(company.signer, 1)
    broken = owe(company.sub_id, 2)
    owe(company.signer, 3)
    Account.objects.get_queryset().filter(pk=company.sub_id.pk).update(email="one@example.jp, two@example.jp")
    assert deliver_due() == 2
    broken.refresh_from_db()
    assert (broken.status, broken.attempts) == (Status.FAILED, 1)
    assert broken.last_error == "NotOneMailbox"
    owe(company.signer, 4)
    assert deliver_due() == 1


def test_a_mail_whose_sender_died_is_due_again_after_the_lease(company: Company, sink: Sink) -> None:
    mail = owe(company.signer)
    now = timezone.now()
    OutboxMail.objects.update(lease_until=now + LEASE)
    assert deliver_due() == 0
    with time_machine.travel(now + LEASE + timedelta(seconds=1), tick=False):
        assert deliver_due() == 1
    mail.refresh_from_db()
    assert mail.status == Status.SENT


def test_a_repeated_mail_bears_the_same_code_and_message_id(company: Company, sink: Sink) -> None:
    company.signer.email_verified_at = None
    company.signer.save()
    send_first_code(company.signer)
    deliver_due()
    OutboxMail.objects.update(status=Status.WAITING, sent_at=None)  # as if the sender had died before noting it
    deliver_due()
    first, second = sink.received
    code = r"確認コード: (\S+)"
    assert re.findall(code, first.get_content()) == re.findall(code, second.get_content())
    assert first["Message-ID"] == second["Message-ID"]


def test_a_void_code_is_not_mailed(company: Company, sink: Sink) -> None:
    company.signer.email_verified_at = None
    company.signer.save()
    send_first_code(company.signer)
    company.signer.email_verifications.update(voided_at=timezone.now())
    assert deliver_due() == 0
    assert OutboxMail.objects.get(kind="email_verification.code").status == Status.NOT_NEEDED


@pytest.mark.django_db(transaction=True)
def test_many_deliverers_send_each_mail_once(sink: Sink) -> None:
    company = make_company()
    for number in range(60):
        owe(company.signer, number)

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(on_its_own_connection, [deliver_due] * 6)) == 60
    assert len({message["Message-ID"] for message in sink.received}) == len(sink.received) == 60


def test_the_command_delivers_without_celery(company: Company, sink: Sink) -> None:
    owe(company.signer)
    said = StringIO()
    call_command("deliver_mail", stdout=said)
    assert said.getvalue().strip() == "1 sent"


@pytest.mark.parametrize(("age", "status"), [(0, 200), (299, 200), (301, 503)])
def test_readiness_fails_when_mail_is_late(age: int, status: int, company: Company, visitor: Client) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        owe(company.signer)
    with time_machine.travel(now + timedelta(seconds=age), tick=False):
        assert round(oldest_due_age()) == age
        assert visitor.get("/readyz").status_code == status
        assert visitor.get("/healthz").status_code == 200


def test_an_error_of_the_server_is_described_without_its_text() -> None:
    error = smtplib.SMTPResponseException(550, b"secret@example.jp unknown")
    assert _describe(error) == "SMTPResponseException 550"
