"""The hold that follows when somebody comes in by what the administrator has set, and the chamber's answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts import services as accounts
from accounts.access import Step, due_step
from accounts.credentials import account_called, opens
from accounts.models import Account, Ending, PasswordOrigin, PasswordReset, Session
from accounts.sessions import SessionStore
from audit.models import AuditEntry
from audit.services import name_of
from email_verification.services import Answer, send_first_code
from foundation.errors import WrongStatus
from signers import holds, services
from signers.models import Signer
from tests.conftest import Company
from tests.factories import SignerFactory

NEW = "atarashii aikotoba desu"
TAKEN = "taken-over@example.jp"
Deliver = Callable[[], list[EmailMessage]]


def comes_in(signer: Signer) -> SessionStore:
    """Somebody logs in who reads the signer's present mailbox."""
    account = (
        Account.objects.get_queryset().select_related("chamber", "registration", "parent").get(pk=signer.account_id)
    )
    session = SessionStore()
    accounts.log_in(account, session=session)
    code = send_first_code(account)
    assert code
    assert holds.prove_mailbox(account, code.code, session=session) is Answer.VERIFIED
    signer.refresh_from_db()
    return session


def sets_mailbox(signer: Signer, company: Company) -> None:
    services.change_email(signer, TAKEN, by=company.administrator)


def sets_password(signer: Signer, company: Company) -> None:
    services.change_password(signer, NEW, by=company.administrator)


def held(company: Company) -> Signer:
    """A signer into whose ID somebody has come by the mailbox that the administrator gave it."""
    signer = company.signer_row
    sets_mailbox(signer, company)
    comes_in(signer)
    assert signer.is_held
    return signer


@pytest.mark.parametrize("days", [0, 4, 400])
@pytest.mark.parametrize("sets", [sets_mailbox, sets_password])
def test_what_the_administrator_set_holds_the_signer_when_it_is_used_however_late(
    sets: Callable[[Signer, Company], None], days: int, company: Company
) -> None:
    signer = company.signer_row
    sets(signer, company)
    signer.refresh_from_db()
    assert not signer.is_held
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        comes_in(signer)
    assert signer.is_held
    entry = AuditEntry.objects.get(action="signer.held")
    assert (entry.actor, entry.subject) == (name_of(company.signer), name_of(signer))
    assert entry.details == {"used": ["email" if sets is sets_mailbox else "password"]}


def test_a_wrong_code_is_no_use(company: Company) -> None:
    signer = company.signer_row
    sets_mailbox(signer, company)
    session = SessionStore()
    session.start(signer.account)
    code = send_first_code(signer.account)
    assert code
    assert holds.prove_mailbox(signer.account, f"{code.code[:-1]}x", session=session) is not Answer.VERIFIED
    signer.refresh_from_db()
    assert not signer.is_held
    assert due_step(signer.account, session) == Step.VERIFY_MAILBOX


def newcomer(company: Company) -> Signer:
    return SignerFactory(
        **{"account__registration": company.registration, "account__first_time": True},
        account__password_origin=PasswordOrigin.NONE,
    )


def test_a_first_password_holds_nobody_whether_printed_or_set(company: Company) -> None:
    """The manual's own way in: nobody's place is taken."""
    printed, told = newcomer(company), newcomer(company)
    services.issue_passwords([printed], by=company.administrator)
    sets_password(told, company)
    for signer in (printed, told):
        comes_in(signer)
        assert not signer.is_held


def test_a_printed_password_with_a_mailbox_that_the_administrator_gave_holds(company: Company) -> None:
    signer = newcomer(company)
    services.issue_passwords([signer], by=company.administrator)
    sets_mailbox(signer, company)
    comes_in(signer)
    assert signer.is_held
    assert [change.what for change in signer.credential_changes.unanswered()] == ["certificate", "email"]
    assert AuditEntry.objects.get(action="signer.held").details == {"used": ["email"]}


def test_whoever_takes_the_id_back_by_the_old_mailbox_is_not_held(company: Company) -> None:
    signer = company.signer_row
    sets_password(signer, company)
    account = Account.objects.get_queryset().select_related("chamber", "registration").get(pk=signer.account_id)
    reset = PasswordReset.objects.create(
        chamber_code=company.chamber.code, login_id=account.login_id, email=account.email
    )
    assert accounts.reset_password(reset, account, "watashi no kotoba desu")
    account.refresh_from_db()
    session = SessionStore()
    accounts.log_in(account, session=session)
    signer.refresh_from_db()
    assert due_step(account, session) is None
    assert not signer.is_held


def test_everybody_concerned_is_told_of_the_hold_the_former_mailbox_too(company: Company, delivered: Deliver) -> None:
    former = company.signer.email
    held(company)
    told = [mail for mail in delivered() if "保留のお知らせ" in mail.subject]
    assert {mail.to[0] for mail in told} == {company.chamber.email, former, TAKEN, company.administrator.email}
    assert all("電話" in mail.body for mail in told)


def test_the_owner_of_an_id_is_told_who_set_the_password(company: Company, delivered: Deliver) -> None:
    sets_password(company.signer_row, company)
    (mail,) = delivered()
    assert mail.to == [company.signer.email]
    assert "管理者により設定されました" in mail.body


def test_a_release_is_on_record_with_what_the_company_said_and_is_told(
    company: Company, reviewer: Account, delivered: Deliver
) -> None:
    signer = held(company)
    delivered()
    holds.release(signer, reason="総務部 山田様", by=reviewer)
    signer.refresh_from_db()
    assert not signer.is_held
    entry = AuditEntry.objects.get(action="signer.hold_released")
    assert (entry.actor, entry.subject) == (name_of(reviewer), name_of(signer))
    assert entry.details == {"reason": "総務部 山田様"}
    told = [mail.to[0] for mail in delivered() if "保留解除" in mail.subject]
    assert sorted(told) == sorted([TAKEN, company.administrator.email])


def test_what_the_company_has_confirmed_holds_nobody_again(company: Company, reviewer: Account) -> None:
    signer = company.signer_row
    sets_password(signer, company)
    comes_in(signer)
    holds.release(signer, reason="本人の依頼", by=reviewer)
    comes_in(signer)
    assert not signer.is_held
    sets_password(signer, company)
    comes_in(signer)
    assert signer.is_held


def test_not_genuine_stops_the_id_with_its_sub_ids_at_once(
    company: Company, reviewer: Account, delivered: Deliver
) -> None:
    former = company.signer.email
    signer = held(company)
    theirs, sub_ids = Session.objects.get(account=signer.account, ended_because=""), SessionStore()
    sub_ids.start(company.sub_id)
    delivered()
    holds.stop(signer, reason="本人は変更を頼んでいない", by=reviewer)
    endings = Session.objects.filter(session_key__in=[theirs.session_key, sub_ids.session_key])
    assert list(endings.values_list("ended_because", flat=True)) == [Ending.STOPPED] * 2
    for account in (company.signer, company.sub_id):
        found = Account.objects.get_queryset().select_related("registration", "parent").get(pk=account.pk)
        assert not found.is_usable
    signer.refresh_from_db()
    assert not signer.is_held
    entry = AuditEntry.objects.get(action="signer.stopped")
    assert (entry.actor, entry.subject) == (name_of(reviewer), name_of(signer))
    assert entry.details == {"reason": "本人は変更を頼んでいない"}
    told = {mail.to[0] for mail in delivered() if "IDの停止" in mail.subject}
    assert told == {former, TAKEN, company.administrator.email}


def test_a_stopped_id_does_not_come_back_by_a_new_password(company: Company, reviewer: Account) -> None:
    signer = held(company)
    holds.stop(signer, reason="本人は知らない", by=reviewer)
    with pytest.raises(WrongStatus):
        sets_password(signer, company)
    typed = {"chamber_code": company.chamber.code, "login_id": company.signer.login_id}
    assert not opens(account_called(**typed), NEW)


@pytest.mark.parametrize("answer", [holds.release, holds.stop])
def test_only_a_hold_can_be_answered_and_once(answer: Callable[..., None], company: Company, reviewer: Account) -> None:
    with pytest.raises(WrongStatus):
        answer(company.signer_row, reason="x", by=reviewer)
    signer = held(company)
    stale = Signer.objects.select_related("account", "registration").get(pk=signer.pk)
    holds.release(signer, reason="x", by=reviewer)
    with pytest.raises(WrongStatus):
        answer(stale, reason="x", by=reviewer)
