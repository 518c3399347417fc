"""What happens to a registration: contact, certificate, suspension, reminders."""

import datetime as dt
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts import initial_passwords
from accounts.models import Account, Ending, PasswordOrigin, Session
from accounts.sessions import SessionStore
from audit.models import AuditEntry
from chambers.models import Chamber
from foundation.errors import WrongStatus
from mailing.models import OutboxMail
from tests.conftest import Company, without_password
from trade_registration import services
from trade_registration.models import TradeRegistration

Delivered = Callable[[], list[EmailMessage]]
Status = TradeRegistration.Status

VERBS = {
    "suspend": (services.suspend, Status.SUSPENDED),
    "lift_suspension": (services.lift_suspension, Status.IN_FORCE),
    "delete": (services.delete, Status.DELETED),
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_works_in_its_statuses_only(verb: str, status: str, company: Company, manager: Account) -> None:
    act, to = VERBS[verb]
    TradeRegistration.objects.filter(pk=company.registration.pk).update(status=status)
    if to in TradeRegistration.TRANSITIONS[status]:
        act(company.registration, reason="理由", by=manager)
        company.registration.refresh_from_db()
        assert (company.registration.status, company.registration.status_reason) == (to, "理由")
    else:
        with pytest.raises(WrongStatus):
            act(company.registration, reason="理由", by=manager)
        company.registration.refresh_from_db()
        assert company.registration.status == status


def test_a_suspension_ends_every_session_and_tells_the_administrator_why(
    company: Company, rival: Company, manager: Account, delivered: Delivered
) -> None:
    sessions = {account: SessionStore() for account in (company.administrator, company.sub_id, rival.signer)}
    for account, session in sessions.items():
        session.start(account)
    services.suspend(company.registration, reason="虚偽の申請", by=manager)
    ended = {a.pk: Session.objects.get(session_key=s.session_key).ended_because for a, s in sessions.items()}
    assert ended == {
        company.administrator.pk: Ending.STOPPED,
        company.sub_id.pk: Ending.STOPPED,
        rival.signer.pk: "",
    }
    (mail,) = delivered()
    assert mail.to == [company.administrator.email]
    assert "虚偽の申請" in mail.body


def test_a_lifted_suspension_opens_the_door_again(company: Company, manager: Account) -> None:
    services.suspend(company.registration, reason="調査中", by=manager)
    services.lift_suspension(company.registration, reason="調査終了", by=manager)
    signer = Account.objects.get_queryset().select_related("registration", "parent").get(pk=company.signer.pk)
    assert signer.is_usable


def test_contact_counts_at_once_and_the_chamber_is_told_which_fields(company: Company, delivered: Delivered) -> None:
    same = company.registration.address
    changed = services.change_contact(
        company.registration, by=company.administrator, telephone="03-1111-2222", contact_name="新任 次郎", address=same
    )
    company.registration.refresh_from_db()
    assert changed == ["telephone", "contact_name"]
    assert company.registration.telephone == "03-1111-2222"
    (mail,) = delivered()
    assert mail.to == [company.chamber.email]
    assert "電話番号、担当者氏名" in mail.body
    assert "住所" not in mail.body


def test_a_contact_that_stays_tells_nobody(company: Company) -> None:
    assert services.change_contact(company.registration, by=company.administrator, telephone="025-290-4209") == []
    assert not OutboxMail.objects.exists()
    assert not AuditEntry.objects.filter(action="registration.contact_changed").exists()


def first_output(company: Company, clerk: Account) -> str:
    TradeRegistration.objects.filter(pk=company.registration.pk).update(certificate_issued_on=None)
    without_password(company.administrator)
    services.issue_certificate(company.registration, by=clerk)
    return password_of(company)


def password_of(company: Company) -> str:
    administrator = company.registration.administrator
    return initial_passwords.printable([administrator])[administrator.pk]


def test_the_first_output_fixes_the_day_and_a_second_changes_nothing(company: Company, reviewer: Account) -> None:
    first = first_output(company, reviewer)
    assert company.registration.administrator.check_password(first)
    services.issue_certificate(company.registration, by=reviewer)
    assert password_of(company) == first
    assert company.registration.certificate_issued_on == timezone.localdate()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert password_of(company) == initial_passwords.HIDDEN


def test_a_reissue_makes_a_new_password_a_new_day_and_an_audit_entry(
    company: Company, reviewer: Account, delivered: Delivered
) -> None:
    first = first_output(company, reviewer)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        session = SessionStore()
        session.start(company.registration.administrator)
        services.reissue_certificate(company.registration, by=reviewer)
        second = password_of(company)
        administrator = company.registration.administrator
        assert second not in (first, initial_passwords.HIDDEN)
        assert administrator.check_password(second)
        assert not administrator.check_password(first)
        assert administrator.password_origin == PasswordOrigin.INITIAL
        assert company.registration.certificate_issued_on == timezone.localdate()
        assert [mail.to for mail in delivered()] == [[company.administrator.email]]
    assert Session.objects.get(session_key=session.session_key).ended_because == Ending.CREDENTIALS
    assert AuditEntry.objects.filter(action="registration.certificate_reissued").count() == 1


def test_nothing_is_reissued_before_the_first_output_or_while_suspended(
    company: Company, reviewer: Account, manager: Account
) -> None:
    TradeRegistration.objects.filter(pk=company.registration.pk).update(certificate_issued_on=None)
    with pytest.raises(WrongStatus):
        services.reissue_certificate(company.registration, by=reviewer)
    first_output(company, reviewer)
    services.suspend(company.registration, reason="調査中", by=manager)
    with pytest.raises(WrongStatus):
        services.reissue_certificate(company.registration, by=reviewer)


def days_before(registration: TradeRegistration, days: int) -> datetime:
    return datetime.combine(registration.valid_until - dt.timedelta(days=days), dt.time(3), tzinfo=UTC)


def reminders(delivered: Delivered) -> list[str]:
    return [mail.body for mail in delivered() if "有効期間更新" in mail.subject]


def test_the_administrator_is_reminded_at_30_14_and_3_days_once_each(company: Company, delivered: Delivered) -> None:
    said: dict[int, int] = {}
    for days in (31, 30, 29, 15, 14, 13, 4, 3, 2, 0, -1):
        with time_machine.travel(days_before(company.registration, days), tick=False):
            before = len(reminders(delivered))
            for _run in range(3):
                services.remind_of_renewals()
            said[days] = len(reminders(delivered)) - before
    assert said == {31: 0, 30: 1, 29: 0, 15: 0, 14: 1, 13: 0, 4: 0, 3: 1, 2: 0, 0: 0, -1: 0}


@pytest.mark.parametrize(
    ("opens", "reminded"),
    [(180, [30, 14, 3]), (20, [20, 14, 3]), (14, [14, 3]), (10, [10, 3]), (3, [3]), (1, [1])],
)
def test_nobody_is_reminded_before_renewals_open(
    opens: int, reminded: list[int], company: Company, delivered: Delivered
) -> None:
    Chamber.objects.update(renewal_opens_days=opens)
    days_of_mails = []
    for days in range(31, -1, -1):
        with time_machine.travel(days_before(company.registration, days), tick=False):
            before = len(reminders(delivered))
            services.remind_of_renewals()
            days_of_mails += [days] * (len(reminders(delivered)) - before)
    assert days_of_mails == reminded


def test_after_a_pause_only_the_latest_reminder_is_sent(company: Company, delivered: Delivered) -> None:
    with time_machine.travel(days_before(company.registration, 2), tick=False):
        services.remind_of_renewals()
        (body,) = reminders(delivered)
        assert "あと2日" in body


def test_whoever_is_renewed_deleted_or_suspended_is_not_reminded(
    company: Company, rival: Company, manager: Account, delivered: Delivered
) -> None:
    with time_machine.travel(days_before(company.registration, 20), tick=False):
        services.suspend(rival.registration, reason="調査中", by=manager)
        assert services.remind_of_renewals() == 1
        services.renew(company.registration, by=manager)
        assert reminders(delivered) == []  # owed before the renewal, no longer needed
        assert services.remind_of_renewals() == 0
