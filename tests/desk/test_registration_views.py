"""A registered company's page at the chamber, its certificate, its status and its IDs."""

import datetime as dt
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import initial_passwords, throttle
from accounts.access import Step, due_step
from accounts.devices import names_begin
from accounts.models import Account
from accounts.sessions import SessionStore
from audit.models import AuditEntry
from casework import services as casework
from casework.models import Case
from tests.accounts.conftest import log_in
from tests.casework.factories import CaseFactory, change_of
from tests.conftest import Company, CompletePages, log_in_with, queries_of
from tests.factories import PASSWORD, SignerFactory, StaffFactory, SubIdFactory
from tests.support.pdf import text_of
from trade_registration import services
from trade_registration.models import TradeRegistration

JST = ZoneInfo("Asia/Tokyo")
NOON = dt.datetime(2026, 3, 10, 12, tzinfo=JST)
FOR_MANAGERS = {
    "suspend_registration": {"in_force"},
    "lift_suspension": {"suspended"},
    "delete_registration": {"in_force", "suspended"},
}
FOR_ALL = ("staff_registration", "staff_certificate", "reissue_certificate", "staff_certificate_pdf")


@pytest.fixture
def client(reviewer: Account) -> Client:
    """The clerk's browser."""
    return log_in_with(reviewer)


@pytest.fixture
def boss(manager: Account) -> Client:
    """The manager's browser."""
    return log_in_with(manager)


@pytest.fixture
def new(company: Company) -> TradeRegistration:
    """A company whose certificate was never printed: its administrator has no password yet."""
    company.registration.certificate_issued_on = None
    company.registration.save()
    Account.objects.get_queryset().filter(pk=company.administrator.pk).update(
        password="!", password_origin="none", first_login_at=None, last_login_at=None
    )
    return company.registration


def url(name: str, registration: TradeRegistration) -> str:
    return reverse(name, args=[registration.registration_number])


def page(client: Client, name: str, registration: TradeRegistration) -> str:
    response = client.get(url(name, registration))
    assert response.status_code == 200
    return response.content.decode()


def text_printed(response: HttpResponse) -> str:
    assert response["Content-Type"] == "application/pdf"
    return text_of(response.content)


def printable_password(company: Company) -> str:
    """The administrator's initial password, which can be printed now."""
    administrator = company.registration.administrator
    password = initial_passwords.printable([administrator])[administrator.pk]
    assert password != initial_passwords.HIDDEN
    return password


def acts(registration: TradeRegistration) -> list[str]:
    about = AuditEntry.objects.filter(subject=f"trade_registration.TradeRegistration:{registration.pk}")
    return list(about.order_by("sequence").values_list("action", flat=True))


# --- The page ---


def test_the_page_shows_the_data_the_ids_and_the_cases(client: Client, company: Company) -> None:
    case = change_of(company.registration, submitted=True)
    seen = page(client, "staff_registration", company.registration)
    for field in ("registration_number", "company_name", "company_name_en", "address", "telephone", "contact_name"):
        assert getattr(company.registration, field) in seen, field
    for account in (company.administrator, company.signer, company.sub_id):
        assert account.login_id in seen
        assert account.email in seen
    assert case.receipt_number in seen
    assert reverse("staff_case", args=[case.public_id]) in seen


def test_the_page_says_who_logged_in_last(client: Client, company: Company) -> None:
    ids = Account.objects.get_queryset()
    ids.update(first_login_at=NOON, last_login_at=NOON)
    ids.filter(pk=company.sub_id.pk).update(last_login_at=NOON + timedelta(hours=1))
    ids.filter(pk=company.signer.pk).update(first_login_at=None, last_login_at=None)
    seen = page(client, "staff_registration", company.registration)
    assert f"{company.sub_id.name}(サブID) 2026年3月10日 13:00" in seen
    assert "2026年3月10日 12:00" in seen
    assert "未ログイン" in seen


def test_a_company_in_which_nobody_has_logged_in(client: Client, company: Company) -> None:
    Account.objects.get_queryset().filter(registration=company.registration).update(
        first_login_at=None, last_login_at=None
    )
    assert "まだ誰もログインしていません" in page(client, "staff_registration", company.registration)


def test_the_page_shows_the_companys_own_and_nothing_else(
    client: Client, company: Company, rival: Company, stranger: Company
) -> None:
    other = change_of(rival.registration, submitted=True)
    draft = change_of(company.registration)
    SignerFactory(
        account__registration=company.registration, account__login_id="leftLongAgo", account__status="deleted"
    )
    seen = page(client, "staff_registration", company.registration)
    for hidden in (other.receipt_number, rival.signer.login_id, stranger.signer.login_id, str(draft.public_id)):
        assert hidden not in seen
    assert "leftLongAgo" not in seen


def test_what_has_happened_is_on_the_page(client: Client, company: Company, reviewer: Account, rival: Company) -> None:
    services.change_contact(company.registration, by=company.administrator, telephone="025-111-1111")
    services.suspend(company.registration, reason="罰則規程第2条", by=reviewer)
    services.lift_suspension(company.registration, reason="是正を確認", by=reviewer)
    services.reissue_certificate(company.registration, by=reviewer)
    services.suspend(rival.registration, reason="別の会社の理由", by=reviewer)
    response = client.get(url("staff_registration", company.registration))
    said = [(each.what, each.who, each.reason) for each in response.context["history"].acts]
    assert said == [
        ("貿易登録証の再発行", reviewer.name, ""),
        ("停止の解除", reviewer.name, "是正を確認"),
        ("停止", reviewer.name, "罰則規程第2条"),
        ("連絡先の変更", "企業の管理者", ""),
    ]
    assert "別の会社の理由" not in response.content.decode()


@pytest.mark.parametrize(("days", "said"), [(-1, ">満了<"), (0, ">有効<")])
def test_the_page_says_whether_the_registration_is_valid(
    days: int, said: str, client: Client, company: Company
) -> None:
    last = timezone.localdate() + timedelta(days=days)
    TradeRegistration.objects.update(registered_on=last - timedelta(days=730), valid_until=last)
    assert said in page(client, "staff_registration", company.registration)


def test_only_managers_see_the_ways_to_stop_a_company(client: Client, boss: Client, company: Company) -> None:
    for name in ("suspend_registration", "delete_registration"):
        assert url(name, company.registration) not in page(client, "staff_registration", company.registration)
        assert url(name, company.registration) in page(boss, "staff_registration", company.registration)


def test_the_same_questions_are_asked_for_one_row_and_for_thirty(
    client: Client, company: Company, reviewer: Account
) -> None:
    def add(number: int) -> None:
        for _each in range(number):
            SubIdFactory(parent=SignerFactory(account__registration=company.registration).account)
            change = change_of(company.registration, complete=False, submitted=True)
            Case.objects.filter(pk=change.pk).update(status="rejected", decided_at=timezone.now())
            services.reissue_certificate(company.registration, by=reviewer)

    address = reverse("staff_registration", args=[company.registration.registration_number])
    add(1)
    few = queries_of(client, address)
    add(29)
    assert queries_of(client, address) == few


# --- The certificate ---


def test_the_password_is_printed_on_the_day_of_issue(client: Client, new: TradeRegistration, company: Company) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert "貿易登録証の印刷へ進む" in page(client, "staff_registration", new)
        assert client.get(url("staff_certificate_pdf", new)).status_code == 404
        assert "発行する" in page(client, "staff_certificate", new)
        assert client.post(url("staff_certificate", new))["Location"] == url("staff_certificate", new)
        new.refresh_from_db()
        assert new.certificate_issued_on == NOON.date()
        assert "本日に限り印字" in page(client, "staff_certificate", new)
        printed = text_printed(client.get(url("staff_certificate_pdf", new)))
        assert "2026年3月10日" in printed
        assert company.administrator.login_id in printed
        password = printable_password(company)
        assert password in printed
        clock.move_to(NOON + timedelta(days=1))
        later = log_in_with(StaffFactory(chamber=new.chamber))
        assert "再発行してください。" in page(later, "staff_certificate", new)
        assert password not in text_printed(later.get(url("staff_certificate_pdf", new)))
    assert acts(new) == [
        "registration.certificate_issued",
        "registration.certificate_output",
        "registration.certificate_output",
    ]


def test_issuing_twice_issues_once(client: Client, new: TradeRegistration, company: Company) -> None:
    client.post(url("staff_certificate", new))
    company.administrator.refresh_from_db()
    first = company.administrator.password
    client.post(url("staff_certificate", new))
    company.administrator.refresh_from_db()
    assert company.administrator.password == first
    assert acts(new) == ["registration.certificate_issued"]


def test_a_new_certificate_has_a_new_password_a_new_date_and_an_entry(client: Client, company: Company) -> None:
    registration = company.registration
    own = log_in_with(company.administrator)
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        assert "現在のパスワードはすぐに使えなくなり" in page(client, "reissue_certificate", registration)
        answer = client.post(url("reissue_certificate", registration), {"email": company.administrator.email})
        assert answer["Location"] == url("staff_certificate", registration)
        before = company.administrator.password
        company.administrator.refresh_from_db()
        registration.refresh_from_db()
        assert company.administrator.password != before
        assert registration.certificate_issued_on == timezone.localdate()
        assert printable_password(company) in text_printed(client.get(url("staff_certificate_pdf", registration)))
        assert own.get(reverse("menu")).status_code == 302
    assert "registration.certificate_reissued" in acts(registration)


def test_the_administrators_mailbox_is_corrected_with_the_clerks_password(
    client: Client, company: Company, delivered: Callable[[], list[EmailMessage]]
) -> None:
    """A company that can no longer read its mailbox could not use the new password."""
    registration, left = company.registration, company.administrator.email
    for typed in ("", "a guess"):
        given = {"email": "new@example.jp", "current_password": typed}
        form = client.post(url("reissue_certificate", registration), given).context["form"]
        assert list(form.errors) == ["current_password"]
    given = {"email": "new@example.jp", "current_password": PASSWORD}
    assert client.post(url("reissue_certificate", registration), given).status_code == 302
    administrator = registration.administrator
    assert administrator.email == "new@example.jp"
    assert due_step(administrator, SessionStore()) == Step.VERIFY_MAILBOX
    assert [mail.to[0] for mail in delivered() if "メールアドレス変更" in mail.subject] == [left]


def test_a_new_paper_alone_does_not_open_an_id_that_was_in_use(client: Client, company: Company) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        given = {"email": company.administrator.email}
        client.post(url("reissue_certificate", company.registration), given)
        administrator = company.registration.administrator
        assert due_step(administrator, SessionStore()) == Step.VERIFY_MAILBOX
        assert log_in_with(administrator).get(reverse("menu"))["Location"] == reverse("enter_code")
        assert log_in_with(administrator, mailbox_proved=True).get(reverse("menu"))["Location"] == reverse(
            "change_password"
        )


def test_there_is_nothing_to_reissue_before_the_first_issue(client: Client, new: TradeRegistration) -> None:
    assert client.get(url("reissue_certificate", new)).status_code == 409
    assert client.post(url("reissue_certificate", new)).status_code == 409


@pytest.mark.parametrize("status", ["suspended", "deleted"])
def test_a_stopped_company_gets_no_new_password(status: str, client: Client, company: Company) -> None:
    TradeRegistration.objects.update(status=status)
    assert "発行・再発行はできません。" in page(client, "staff_certificate", company.registration)
    assert client.get(url("reissue_certificate", company.registration)).status_code == 409
    assert client.post(url("reissue_certificate", company.registration)).status_code == 409
    assert client.post(url("staff_certificate", company.registration)).status_code == 409
    assert company.registration.company_name in text_printed(
        client.get(url("staff_certificate_pdf", company.registration))
    )


# --- Suspension and deletion ---


def test_a_suspension_stops_the_ids_and_keeps_its_reason(boss: Client, company: Company) -> None:
    own = log_in_with(company.signer)
    response = boss.post(url("suspend_registration", company.registration), {"reason": "罰則規程\r\n第2条"})
    assert response["Location"] == url("staff_registration", company.registration)
    company.registration.refresh_from_db()
    assert (company.registration.status, company.registration.status_reason) == ("suspended", "罰則規程 第2条")
    assert own.get(reverse("menu")).status_code == 302
    assert "罰則規程 第2条" in page(boss, "staff_registration", company.registration)
    boss.post(url("lift_suspension", company.registration), {"reason": "是正を確認"})
    company.registration.refresh_from_db()
    assert company.registration.status == "in_force"


def test_a_deletion_ends_the_registration_and_what_it_asked_for(boss: Client, company: Company) -> None:
    case = casework.submit(change_of(company.registration, company_name="新しい名前"), by=company.administrator)
    response = boss.post(url("delete_registration", company.registration), {"reason": "罰則規程第4条"})
    assert response["Location"] == url("staff_registration", company.registration)
    case.refresh_from_db()
    assert case.status == Case.Status.WITHDRAWN
    seen = page(boss, "staff_registration", company.registration)
    assert "この貿易登録は抹消されました。" in seen
    for name in FOR_MANAGERS:
        assert url(name, company.registration) not in seen


@pytest.mark.parametrize("name", FOR_MANAGERS)
@pytest.mark.parametrize("status", ["in_force", "suspended", "deleted"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_each_act_works_in_its_statuses_only(
    method: str, status: str, name: str, boss: Client, company: Company
) -> None:
    TradeRegistration.objects.update(status=status)
    response = getattr(boss, method)(url(name, company.registration), {"reason": "理由"})
    if status in FOR_MANAGERS[name]:
        assert response.status_code == (200 if method == "get" else 302)
    else:
        assert response.status_code == 409
        company.registration.refresh_from_db()
        assert company.registration.status == status


@pytest.mark.parametrize("name", FOR_MANAGERS)
@pytest.mark.parametrize("reason", [" ", "あ" * 401, "見えない\u202e文字"])
def test_each_act_needs_a_sound_reason(reason: str, name: str, boss: Client, company: Company) -> None:
    status = next(iter(FOR_MANAGERS[name]))
    TradeRegistration.objects.update(status=status)
    response = boss.post(url(name, company.registration), {"reason": reason})
    assert response.status_code == 200
    assert "入力内容をご確認ください" in response.content.decode()
    company.registration.refresh_from_db()
    assert company.registration.status == status


# --- Unlocking ---


def test_a_locked_id_is_unlocked_wherever_the_attempts_came_from(
    client: Client, company: Company, rival: Company
) -> None:
    owner, stranger = CompletePages(REMOTE_ADDR="10.0.0.1"), CompletePages(REMOTE_ADDR="10.0.0.2")
    log_in(owner, company.signer)
    owner.post(reverse("logout"))
    for _try in range(6):
        log_in(owner, company.signer, "wrong")
        log_in(stranger, company.signer, "wrong")
        log_in(CompletePages(REMOTE_ADDR="10.0.0.3"), rival.signer, "wrong")
    assert log_in(owner, company.signer).status_code == log_in(stranger, company.signer).status_code == 429
    unlock = reverse("unlock_id", args=[company.signer.public_id])
    assert unlock in page(client, "staff_registration", company.registration)
    assert "ログインを制限しています" in client.get(unlock).content.decode()
    assert client.post(unlock)["Location"] == url("staff_registration", company.registration)
    assert log_in(owner, company.signer).status_code == log_in(stranger, company.signer).status_code == 302
    assert log_in(CompletePages(REMOTE_ADDR="10.0.0.4"), rival.signer).status_code == 429
    assert unlock not in page(client, "staff_registration", company.registration)
    assert AuditEntry.objects.filter(
        action="account.unlocked", subject=f"accounts.Account:{company.signer.pk}"
    ).exists()


def test_an_id_that_is_not_locked_says_so(client: Client, company: Company) -> None:
    seen = client.get(reverse("unlock_id", args=[company.signer.public_id])).content.decode()
    assert "現在制限されていません。" in seen
    assert "ロックを解除する" not in seen


def test_a_lock_is_shown_as_long_as_it_lasts(client: Client, company: Company) -> None:
    beginning = names_begin(company.chamber.code, company.signer.login_id)
    with time_machine.travel(NOON, tick=False) as clock:
        for _try in range(5):
            throttle.reserve(throttle.password_limits(f"{beginning}device:0123"))
        clerk = log_in_with(StaffFactory(chamber=company.chamber))
        shown = clerk.get(reverse("unlock_id", args=[company.signer.public_id]))
        assert "2026年3月10日 12:01" in shown.content.decode()
        clock.shift(timedelta(minutes=1))
        assert "ログイン制限中" not in page(clerk, "staff_registration", company.registration)


def test_clerks_are_not_unlocked_here(client: Client, reviewer: Account) -> None:
    assert client.get(reverse("unlock_id", args=[reviewer.public_id])).status_code == 404


# --- Who stays outside ---


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", [*FOR_ALL, *FOR_MANAGERS, "unlock_id"])
def test_another_chambers_company_looks_like_none(
    name: str, method: str, boss: Client, stranger: Company, company: Company
) -> None:
    CaseFactory(chamber=stranger.chamber, submitted=True)
    if name == "unlock_id":
        keys: list[object] = [stranger.signer.public_id, "00000000-0000-4000-8000-000000000000"]
    else:
        keys = [stranger.registration.registration_number, "000000000"]
    hidden, absent = (getattr(boss, method)(reverse(name, args=[key]), {"reason": "理由"}) for key in keys)
    read_only = name in ("staff_registration", "staff_certificate_pdf") and method == "post"
    assert hidden.status_code == absent.status_code == (405 if read_only else 404)
    assert hidden.content == absent.content
    assert dict(hidden.headers) == dict(absent.headers)
    stranger.registration.refresh_from_db()
    assert stranger.registration.status == "in_force"


@pytest.mark.parametrize("number", ["%00", "９", "abc", "1" * 500])
def test_a_number_that_is_none_is_missing(number: str, client: Client) -> None:
    assert client.get(f"/staff/registrations/{number}/").status_code == 404


@pytest.mark.parametrize("name", FOR_MANAGERS)
def test_a_reviewer_neither_stops_nor_deletes(name: str, client: Client, company: Company) -> None:
    assert client.post(url(name, company.registration), {"reason": "理由"}).status_code == 403
    company.registration.refresh_from_db()
    assert company.registration.status == "in_force"


def test_companies_and_visitors_stay_outside(
    company: Company, visitor: Client, browser_of: Callable[[Account], Client]
) -> None:
    addresses = [url(name, company.registration) for name in (*FOR_ALL, *FOR_MANAGERS)]
    for address in [*addresses, reverse("unlock_id", args=[company.signer.public_id])]:
        for account in (company.administrator, company.signer, company.sub_id):
            assert browser_of(account).get(address).status_code == 403
            assert browser_of(account).post(address).status_code == 403
        assert visitor.get(address)["Location"].startswith(reverse("login"))
