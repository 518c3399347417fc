"""What an administrator does for signers, and a signer for sub-IDs."""

from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage

from accounts.models import Account, Ending, PasswordOrigin, Session
from accounts.sessions import SessionStore
from audit.models import AuditEntry
from audit.services import name_of
from email_verification.services import Answer, confirm, send_first_code
from mailing.models import OutboxMail
from signers import services
from tests.conftest import Company
from tests.factories import PASSWORD, SubIdFactory

NEW = "atarashii aikotoba desu"
Deliver = Callable[[], list[EmailMessage]]


def test_user_numbers_count_from_one_within_the_registration(company: Company, rival: Company) -> None:
    def add(of: Company) -> int:
        return services.add_signer(
            of.registration, name="新", name_en="new", title_en="", email="a@example.jp", specimen=None
        ).user_number

    first = company.signer_row.user_number
    assert [add(company), add(company)] == [first + 1, first + 2]
    assert add(rival) == rival.signer_row.user_number + 1


def test_a_new_signer_cannot_log_in_before_the_certificate_is_printed(company: Company) -> None:
    signer = services.add_signer(
        company.registration, name="新", name_en="new", title_en="", email="a@example.jp", specimen=None
    )
    assert signer.account.password_origin == PasswordOrigin.NONE
    assert not signer.account.check_password("")
    assert signer.issued_on is None


def test_a_changed_address_must_be_proved_again_and_both_addresses_are_told(
    company: Company, delivered: Deliver
) -> None:
    old = company.signer.email
    services.change_email(company.signer_row, "new@example.jp", by=company.administrator)
    company.signer.refresh_from_db()
    assert company.signer.must_verify_mailbox
    assert sorted(mail.to[0] for mail in delivered()) == sorted([old, "new@example.jp"])


def test_a_changed_address_voids_the_open_code(company: Company) -> None:
    Account.objects.get_queryset().filter(pk=company.signer.pk).update(email_verified_at=None)
    company.signer.refresh_from_db()
    code = send_first_code(company.signer).code
    services.change_email(company.signer_row, "new@example.jp", by=company.administrator)
    assert confirm(company.signer, code) is not Answer.VERIFIED


def test_a_changed_address_or_password_ends_the_signers_session(company: Company) -> None:
    for change in (
        lambda: services.change_email(company.signer_row, "x@example.jp", by=company.administrator),
        lambda: services.change_password(company.signer_row, NEW, by=company.administrator),
    ):
        SessionStore().start(company.signer)
        change()
        assert not Session.objects.filter(account=company.signer, ended_because="").exists()


def test_an_administrators_password_must_be_changed_at_the_next_login(company: Company) -> None:
    services.change_password(company.signer_row, NEW, by=company.administrator)
    company.signer.refresh_from_db()
    assert company.signer.check_password(NEW)
    assert company.signer.must_change_password


def test_the_sub_ids_mail_tells_chamber_code_and_id_but_never_the_password(
    company: Company, delivered: Deliver
) -> None:
    sub_id = services.create_sub_id(company.signer, name="通関 三郎", email="sub@example.jp", password=NEW)
    (mail,) = delivered()
    assert mail.subject == "貿易関係証明発給用アカウント発行のお知らせ"
    assert company.chamber.code in mail.body
    assert sub_id.login_id in mail.body
    assert NEW not in mail.body


def test_a_sub_id_must_prove_its_mailbox_and_change_its_password(company: Company) -> None:
    sub_id = services.create_sub_id(company.signer, name="通関 三郎", email="sub@example.jp", password=NEW)
    sub_id.refresh_from_db()
    assert sub_id.must_verify_mailbox
    assert sub_id.must_change_password
    assert sub_id.check_password(NEW)


def test_a_deleted_sub_id_is_gone_at_once(company: Company) -> None:
    SessionStore().start(company.sub_id)
    services.delete_sub_id(company.sub_id, by=company.signer)
    assert not Session.objects.filter(account=company.sub_id, ended_because="").exists()
    assert not Account.objects.visible_to(company.signer).sub_ids().exists()
    assert not Account.objects.visible_to(company.administrator).sub_ids().exists()


@pytest.mark.parametrize("status", [Account.Status.SUSPENDED, Account.Status.DELETED])
def test_a_stopped_signers_sub_ids_stop_with_it(status: str, company: Company) -> None:
    company.signer.status = status
    company.signer.save()
    sub_id = Account.objects.get_queryset().get(pk=company.sub_id.pk)
    assert not sub_id.is_usable


def test_renaming_a_sub_id_asks_for_no_new_proof(company: Company) -> None:
    services.change_sub_id(company.sub_id, name="通関 花子", email=company.sub_id.email, by=company.signer)
    company.sub_id.refresh_from_db()
    assert company.sub_id.name == "通関 花子"
    assert not company.sub_id.must_verify_mailbox


def test_a_corrected_address_gets_the_new_sub_ids_notice_and_the_wrong_one_a_word(
    company: Company, delivered: Deliver
) -> None:
    sub_id = services.create_sub_id(company.signer, name="通関 三郎", email="wrong@example.jp", password=NEW)
    delivered()
    services.change_sub_id(sub_id, name="通関 三郎", email="right@example.jp", by=company.signer)
    first, notice, word = delivered()
    assert first.to == ["wrong@example.jp"]
    assert (notice.to, notice.subject) == (["right@example.jp"], "貿易関係証明発給用アカウント発行のお知らせ")
    assert sub_id.login_id in notice.body
    assert word.to == ["wrong@example.jp"]
    assert "使われなくなりました" in word.body
    assert sub_id.login_id not in word.body


def test_a_sub_id_in_use_is_told_at_both_addresses(company: Company, delivered: Deliver) -> None:
    left = company.sub_id.email
    services.change_sub_id(company.sub_id, name=company.sub_id.name, email="new@example.jp", by=company.signer)
    notice, word = delivered()
    assert notice.to == ["new@example.jp"]
    assert "確認コードの入力が必要です" in notice.body
    assert word.to == [left]
    assert company.sub_id.login_id in word.body


def test_each_correction_of_an_address_is_told(company: Company, delivered: Deliver) -> None:
    sub_id = services.create_sub_id(company.signer, name="通関 三郎", email="a@example.jp", password=NEW)
    for email in ("b@example.jp", "a@example.jp", "b@example.jp"):
        services.change_sub_id(sub_id, name="通関 三郎", email=email, by=company.signer)
    services.change_sub_id(sub_id, name="通関 花子", email="b@example.jp", by=company.signer)
    assert [mail.to[0] for mail in delivered() if "使われなくなりました" in mail.body] == [
        "a@example.jp",
        "b@example.jp",
        "a@example.jp",
    ]


def test_a_mail_about_a_sub_id_deleted_meanwhile_is_not_sent(company: Company, delivered: Deliver) -> None:
    sub_id = services.create_sub_id(company.signer, name="通関 三郎", email="sub@example.jp", password=NEW)
    services.delete_sub_id(sub_id, by=company.signer)
    assert delivered() == []
    assert OutboxMail.objects.get(kind="signers.sub_id_created").status == OutboxMail.Status.NOT_NEEDED


def test_every_change_is_on_record_with_its_author(company: Company) -> None:
    services.change_email(company.signer_row, "x@example.jp", by=company.administrator)
    entry = AuditEntry.objects.get(action="account.email_changed")
    assert entry.actor == f"accounts.Account:{company.administrator.pk}"
    assert entry.subject == f"accounts.Account:{company.signer.pk}"
    assert PASSWORD not in str(list(AuditEntry.objects.values()))


def test_a_removed_signer_ends_with_all_sub_ids(company: Company, manager: Account) -> None:
    sessions = {account: SessionStore() for account in (company.signer, company.sub_id, company.administrator)}
    for account, session in sessions.items():
        session.start(account)
    services.remove_signer(company.signer_row, by=manager)
    endings = [Session.objects.get(session_key=s.session_key).ended_because for s in sessions.values()]
    assert endings == [Ending.STOPPED, Ending.STOPPED, ""]
    for account in (company.signer, company.sub_id):
        found = Account.objects.get_queryset().select_related("registration", "parent").get(pk=account.pk)
        assert not found.is_usable
    assert list(Account.objects.visible_to(company.administrator)) == [company.administrator]


def test_the_end_of_a_removed_signers_sub_ids_is_on_record_once(company: Company, manager: Account) -> None:
    deleted = SubIdFactory(parent=company.signer)
    services.delete_sub_id(deleted, by=company.signer)
    services.remove_signer(company.signer_row, by=manager)
    said = AuditEntry.objects.filter(action="sub_id.deleted").order_by("sequence").values_list("subject", "actor")
    assert list(said) == [
        (name_of(deleted), name_of(company.signer)),
        (name_of(company.sub_id), name_of(manager)),
    ]
