"""Every mail names the portal's address and leads its reader to the page that it speaks of."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import staff
from accounts.models import Account, IdReminder, PasswordReset, Role
from casework import examination, services
from casework.models import Case
from email_verification.models import EmailVerification
from email_verification.services import send_new_code
from mailing import letters
from mailing.models import OutboxMail
from registration_cases.models import RegistrationRequest
from signers.models import CredentialChange, Signer
from tests.casework.factories import CaseFactory, change_of
from tests.conftest import Company, CompletePages, log_in_with
from tests.factories import SignerFactory
from trade_registration.models import TradeRegistration

STAFF, COMPANIES = "https://staff.example.jp", "https://companies.example.jp"
LOGIN, MENU = "商工会議所コード", "メインメニュー"


@dataclass(frozen=True)
class Sent:
    """A mail's ids, who reads it (nobody: without login), and what stands on the page to which it leads."""

    ids: dict[str, object]
    page: str
    reader: Account | None = None
    origin: str = COMPANIES


Scene = Callable[[Company, Account], Sent]


def change_in(status: str) -> Scene:
    """A registered company's case, read by its administrator."""

    def scene(company: Company, clerk: Account) -> Sent:
        case = change_of(company.registration, company_name="株式会社新しい名前", submitted=True)
        is_decided = status in ("approved", "rejected", "withdrawn")
        Case.objects.filter(pk=case.pk).update(status=status, decided_at=timezone.now() if is_decided else None)
        return Sent({"case": case.pk}, case.receipt_number, company.administrator)

    return scene


def new_in(status: str) -> Scene:
    """A new company's case, read without any ID."""

    def scene(company: Company, clerk: Account) -> Sent:
        case = CaseFactory(chamber=company.chamber, submitted=True)
        changed: dict[str, object] = {"status": status}
        if status in ("approved", "rejected", "withdrawn"):
            changed["decided_at"] = timezone.now()
        if status == "approved":
            changed["registration"] = company.registration
        Case.objects.filter(pk=case.pk).update(**changed)
        return Sent({"case": case.pk}, case.receipt_number)

    return scene


def message_to_company(company: Company, clerk: Account) -> Sent:
    case = change_of(company.registration, company_name="株式会社新しい名前", submitted=True)
    message = examination.write_to_company(case, "お電話をください。", by=clerk)
    return Sent({"message": message.pk}, "お電話をください。", company.administrator)


def message_to_chamber(company: Company, clerk: Account) -> Sent:
    case = CaseFactory(chamber=company.chamber, submitted=True)
    message = services.write_to_chamber(case, "ご質問があります。", by=None)
    return Sent({"message": message.pk}, "ご質問があります。", clerk, STAFF)


def to_chamber(company: Company, clerk: Account) -> Sent:
    case = CaseFactory(chamber=company.chamber, submitted=True)
    return Sent({"case": case.pk}, case.receipt_number, clerk, STAFF)


def link(company: Company, clerk: Account) -> Sent:
    asked = RegistrationRequest.objects.create(chamber=company.chamber, email="a@example.jp", is_resumption=False)
    return Sent({"request": asked.pk}, "申請を始める")


def resumption(company: Company, clerk: Account) -> Sent:
    case = CaseFactory(chamber=company.chamber)
    asked = RegistrationRequest.objects.create(
        chamber=company.chamber, email=case.registration_case.contact_email, is_resumption=True
    )
    return Sent({"request": asked.pk}, case.company_name)


def password_reset(company: Company, clerk: Account) -> Sent:
    signer = company.signer
    named = {"chamber_code": company.chamber.code, "login_id": signer.login_id, "email": signer.email}
    reset = PasswordReset.objects.create(**named)
    return Sent({"reset": reset.pk, "origin": COMPANIES}, "新しいパスワード")


def ids(company: Company, clerk: Account) -> Sent:
    reminder = IdReminder.objects.create(chamber_code=company.chamber.code, email=company.signer.email)
    return Sent({"reminder": reminder.pk, "origin": COMPANIES}, LOGIN)


def invitation(company: Company, clerk: Account) -> Sent:
    who = {"login_id": "newClerk", "name": "新人 五郎", "email": "new@example.jp", "role": Role.REVIEWER}
    invited = staff.invite(company.chamber, **who)
    sent_at = int(timezone.now().timestamp())
    return Sent({"account": invited.pk, "sent_at": sent_at, "origin": STAFF}, "newClerk", None, STAFF)


def code(company: Company, clerk: Account) -> Sent:
    send_new_code(company.administrator, address="new@example.jp")
    row = EmailVerification.objects.get(account=company.administrator)
    return Sent({"verification": row.pk}, "確認コード", company.administrator)


def first_code(company: Company, clerk: Account) -> Sent:
    newcomer = SignerFactory(account__registration=company.registration, account__first_time=True).account
    send_new_code(newcomer)
    row = EmailVerification.objects.get(account=newcomer)
    return Sent({"verification": row.pk}, "確認コード", newcomer)


def email_changed(company: Company, clerk: Account) -> Sent:
    changed = {"what": CredentialChange.What.EMAIL, "changed_by": company.administrator}
    change = CredentialChange.objects.create(
        signer=company.signer_row, old_email="old@example.jp", new_email="new@example.jp", **changed
    )
    return Sent({"change": change.pk, "to_old": False}, LOGIN)


def registration_in(status: TradeRegistration.Status, page: str) -> Scene:
    def scene(company: Company, clerk: Account) -> Sent:
        TradeRegistration.objects.filter(pk=company.registration.pk).update(status=status)
        return Sent({"registration": company.registration.pk, "status": status.value}, page)

    return scene


def contact_changed(company: Company, clerk: Account) -> Sent:
    number = company.registration.registration_number
    return Sent({"registration": company.registration.pk, "fields": ["address"]}, number, clerk, STAFF)


def renewal_due(company: Company, clerk: Account) -> Sent:
    until = timezone.localdate() + dt.timedelta(days=14)
    TradeRegistration.objects.filter(pk=company.registration.pk).update(valid_until=until)
    return Sent({"registration": company.registration.pk, "days": 14}, "有効期間を更新する", company.administrator)


def held(company: Company, clerk: Account) -> Sent:
    Signer.objects.filter(account=company.signer).update(held_at=timezone.now())
    return Sent({"signer": company.signer_row.pk, "to": company.signer.email}, MENU, company.signer)


def hold_to_chamber(company: Company, clerk: Account) -> Sent:
    Signer.objects.filter(account=company.signer).update(held_at=timezone.now())
    return Sent({"signer": company.signer_row.pk}, company.signer.name, clerk, STAFF)


Status = TradeRegistration.Status
# Of each kind of mail, what its readers find. A kind that is not here fails the first test.
SCENES: dict[str, list[Scene]] = {
    "accounts.password_reset": [password_reset],
    "accounts.ids": [ids],
    "accounts.password_changed": [
        lambda company, clerk: Sent({"account": company.signer.pk}, LOGIN),
        lambda company, clerk: Sent({"account": clerk.pk}, LOGIN, None, STAFF),
    ],
    "accounts.invitation": [invitation],
    "accounts.second_factor_reset": [lambda company, clerk: Sent({"account": clerk.pk}, LOGIN, None, STAFF)],
    "registration_cases.link": [link],
    "registration_cases.resumption": [resumption],
    "casework.submitted": [change_in("submitted"), new_in("submitted")],
    "casework.returned": [change_in("returned"), new_in("returned")],
    "casework.approved": [change_in("approved"), new_in("approved")],
    "casework.rejected": [change_in("rejected"), new_in("rejected")],
    "casework.withdrawn": [change_in("withdrawn"), new_in("withdrawn")],
    "casework.message_to_company": [message_to_company],
    "casework.to_chamber": [to_chamber],
    "casework.message_to_chamber": [message_to_chamber],
    "email_verification.code": [code, first_code],
    "signers.email_changed": [email_changed],
    "signers.sub_id_created": [lambda company, clerk: Sent({"sub_id": company.sub_id.pk}, LOGIN)],
    "signers.sub_id_moved": [lambda company, clerk: Sent({"sub_id": company.sub_id.pk}, LOGIN)],
    "signers.sub_id_left": [
        lambda company, clerk: Sent({"sub_id": company.sub_id.pk, "to": "old@example.jp", "was_proved": True}, LOGIN)
    ],
    "signers.held": [held],
    "signers.hold_to_chamber": [hold_to_chamber],
    "signers.hold_released": [
        lambda company, clerk: Sent({"signer": company.signer_row.pk, "to": "a@example.jp"}, MENU, company.signer)
    ],
    "signers.stopped": [lambda company, clerk: Sent({"signer": company.signer_row.pk, "to": "a@example.jp"}, LOGIN)],
    "trade_registration.status": [
        registration_in(Status.SUSPENDED, LOGIN),
        registration_in(Status.IN_FORCE, LOGIN),
        registration_in(Status.DELETED, "貿易登録のご案内"),
    ],
    "trade_registration.contact_changed": [contact_changed],
    "trade_registration.mailbox_changed": [
        lambda company, clerk: Sent({"registration": company.registration.pk, "to": "old@example.jp"}, LOGIN)
    ],
    "trade_registration.renewal_due": [renewal_due],
}


@pytest.fixture(autouse=True)
def two_sites(settings: Settings) -> None:
    settings.ECO_ORIGIN, settings.ECO_COMPANY_ORIGIN = STAFF, COMPANIES


def test_every_kind_of_mail_is_tried_here() -> None:
    assert set(SCENES) == set(letters._writers)


@pytest.mark.parametrize(("kind", "number"), [(kind, n) for kind, scenes in SCENES.items() for n in range(len(scenes))])
def test_a_mail_names_the_portal_and_leads_its_reader_to_its_page(
    kind: str, number: int, company: Company, reviewer: Account
) -> None:
    sent = SCENES[kind][number](company, reviewer)
    mail = OutboxMail(kind=kind, key=kind, ids=sent.ids)
    letter = letters.write(mail)
    assert letter is not None
    body = str(letters.message_with(letter, mail).body)
    assert f"貿易関係証明発給システム\n{sent.origin}/\n" in body
    assert letter.place.startswith(f"{sent.origin}/")
    assert re.search(rf"{re.escape(letter.place)}$", body, re.MULTILINE)
    other = COMPANIES if sent.origin == STAFF else STAFF
    assert other not in body
    assert "UNDEFINED(" not in body
    client: Client = log_in_with(sent.reader) if sent.reader else CompletePages()
    page = client.get(letter.place.removeprefix(sent.origin), follow=True)
    assert page.status_code == 200
    assert sent.page in page.content.decode()
