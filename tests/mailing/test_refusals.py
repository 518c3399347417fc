"""A mail that is refused for good: what is kept of it, who sends it again, and when nobody needs to."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import services as accounts
from audit.models import AuditEntry
from email_verification.services import send_first_code, send_new_code
from mailing.models import OutboxMail
from mailing.refusals import forget_needless, refused_among, send_again, set_aside
from mailing.services import GIVE_UP_AFTER, deliver_due
from tests.casework.factories import CaseFactory
from tests.conftest import Company
from tests.mailing.test_services import owe
from tests.support.mail import refused_mail
from tests.support.sink import Sink

Status = OutboxMail.Status
Refusal = OutboxMail.Refusal


def only(kind: str) -> OutboxMail:
    return OutboxMail.objects.get(kind=kind)


def test_a_refused_address_is_kept_for_the_managers_and_logged_without_it(
    company: Company, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    sink.refusals[company.signer.email] = "550 no such user"
    mail = owe(company.signer)
    other = owe(company.sub_id, 2)
    assert deliver_due() == 1
    mail.refresh_from_db()
    assert (mail.status, mail.refused_address) == (Status.FAILED, company.signer.email)
    assert mail.refused_subject == "貿易関係証明発給システム パスワード変更のお知らせ"
    assert mail.last_error == "SMTPRecipientsRefused 550"
    assert mail.given_up_at is not None
    (logged,) = [each for each in caplog.records if each.name == "mailing.services"]
    assert f"mail {mail.pk} (accounts.password_changed) is given up: SMTPRecipientsRefused 550" == logged.getMessage()
    assert company.signer.email not in logged.getMessage()
    assert OutboxMail.objects.get(pk=other.pk).status == Status.SENT


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        ("SMTPRecipientsRefused 550", Refusal.ADDRESS),
        ("SMTPRecipientsRefused 553", Refusal.ADDRESS),
        ("SMTPRecipientsRefused 552", Refusal.SERVER),
        ("SMTPDataError 554", Refusal.SERVER),
        ("SMTPDataError 550", Refusal.SERVER),
        ("SMTPDataError 451", Refusal.TOO_LONG),
        ("ValueError", Refusal.ADDRESS),
        ("NotOneMailbox", Refusal.ADDRESS),
        ("DoesNotExist", Refusal.FAULT),
    ],
)
def test_the_reason_is_told_in_words(error: str, refusal: Refusal) -> None:
    assert OutboxMail(last_error=error).refusal == refusal


def test_a_mail_of_no_chamber_gets_that_of_whoever_it_was_for(company: Company, sink: Sink) -> None:
    """Who forgot the password is looked up when the mail is sent; an outsider's request belongs to nobody."""
    sink.refusals[company.signer.email] = "550 no such user"
    for login_id in (company.signer.login_id, "nobody"):
        accounts.request_password_reset(
            chamber_code=company.chamber.code, login_id=login_id, email=company.signer.email
        )
    deliver_due()
    (refused,) = OutboxMail.objects.refused()
    assert refused.chamber == company.chamber
    assert OutboxMail.objects.get(status=Status.NOT_NEEDED).chamber is None


def test_every_kind_of_mail_that_is_owed_names_its_chamber(company: Company) -> None:
    send_first_code(company.signer)
    owe(company.signer)
    CaseFactory(chamber=company.chamber, submitted=True)
    assert set(OutboxMail.objects.values_list("chamber", flat=True)) == {company.chamber.pk}


def test_a_mail_that_is_sent_again_goes_to_the_address_that_counts_now(company: Company, sink: Sink) -> None:
    sink.refusals[company.signer.email] = "550 no such user"
    mail = owe(company.signer)
    deliver_due()
    company.signer.email = "right@example.jp"
    company.signer.save(update_fields=("email",))
    assert send_again(company.chamber.mails.all(), chamber=company.chamber, by=company.administrator) == 1
    mail.refresh_from_db()
    assert (mail.status, mail.refused_address, mail.refused_subject) == (Status.WAITING, "", "")
    assert deliver_due() == 1
    assert sink.received[0]["To"] == "right@example.jp"
    assert AuditEntry.objects.get(action="mail.sent_again").details == {
        "mail": mail.pk,
        "kind": "accounts.password_changed",
    }


def test_a_mail_that_is_sent_again_has_three_days_anew(company: Company, sink: Sink) -> None:
    sink.refusals[company.signer.email] = "550 no such user"
    mail = owe(company.signer)
    deliver_due()
    sink.refusals[company.signer.email] = "451 greylisted"
    later = timezone.now() + GIVE_UP_AFTER + timedelta(days=1)
    with time_machine.travel(later, tick=False):
        send_again(company.chamber.mails.all(), chamber=company.chamber, by=company.administrator)
        deliver_due()
        mail.refresh_from_db()
        assert mail.status == Status.WAITING
        sink.refusals.clear()
    with time_machine.travel(later + timedelta(minutes=1), tick=False):
        assert deliver_due() == 1


def test_only_refused_mails_of_the_chamber_are_sent_again_or_set_aside(company: Company, stranger: Company) -> None:
    foreign = refused_mail(stranger.chamber)
    waiting = owe(company.signer)
    for verb in (send_again, set_aside):
        assert verb(OutboxMail.objects.all(), chamber=company.chamber, by=company.administrator) == 0
    assert OutboxMail.objects.get(pk=foreign.pk).status == Status.FAILED
    assert OutboxMail.objects.get(pk=waiting.pk).status == Status.WAITING


def test_what_is_set_aside_says_no_longer_to_whom_it_went(company: Company) -> None:
    mail = refused_mail(company.chamber)
    assert set_aside(company.chamber.mails.all(), chamber=company.chamber, by=company.administrator) == 1
    mail.refresh_from_db()
    assert (mail.status, mail.refused_address, mail.given_up_at) == (Status.NOT_NEEDED, "", None)
    assert set_aside(company.chamber.mails.all(), chamber=company.chamber, by=company.administrator) == 0
    assert AuditEntry.objects.filter(action="mail.set_aside").count() == 1


def test_refused_mails_that_nobody_needs_any_more_are_forgotten(company: Company, sink: Sink) -> None:
    """A code that was replaced, a link that has run out, what speaks of something deleted; not a fault of ours."""
    company.signer.email_verified_at = None
    company.signer.save(update_fields=("email_verified_at",))
    sink.answer = "554 no"
    send_first_code(company.signer)
    deliver_due()
    forget_needless()
    assert only("email_verification.code").status == Status.FAILED
    old = only("email_verification.code")
    send_new_code(company.signer)
    deleted = refused_mail(company.chamber)
    broken = refused_mail(company.chamber, ids={"nothing": 1})
    forget_needless()
    assert set(OutboxMail.objects.refused()) == {broken}
    assert set(OutboxMail.objects.filter(status=Status.NOT_NEEDED)) == {old, deleted}


def test_whoever_waits_learns_which_mails_were_refused(company: Company) -> None:
    refused_mail(company.chamber, key="accounts.password_changed:1")
    refused_mail(company.chamber, key="accounts.invitation:2")
    owe(company.signer, 3)
    assert refused_among("accounts.password_changed", [1, 2, "test3"]) == {"1"}
