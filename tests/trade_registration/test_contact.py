"""連絡先等変更: in force at once, but for the mailbox, which must be proved first."""

import datetime as dt
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from email_verification.models import EmailVerification
from tests.conftest import Company
from tests.factories import PASSWORD
from trade_registration.models import CompanyData, TradeRegistration
from trade_registration.services import change_contact

Open = Callable[[Account], Client]
Delivered = Callable[[], list[EmailMessage]]
NEW = "atarashii@example.jp"


@pytest.fixture
def client(company: Company, browser_of: Open) -> Client:
    return browser_of(company.administrator)


def contact(company: Company, **changes: str) -> dict[str, str]:
    """The form with the data in force; a new mailbox with the password."""
    present = {field: getattr(company.registration, field) for field in CompanyData.CONTACT}
    shown = {**present, "email": company.administrator.email}
    return {**shown, **({"current_password": PASSWORD} if "email" in changes else {}), **changes}


def code_in(mails: list[EmailMessage]) -> str:
    found = re.search(r"確認コード: (\S+)", mails[-1].body)
    assert found
    return found[1]


def mailbox(company: Company) -> str:
    return Account.objects.get_queryset().get(pk=company.administrator.pk).email


def test_the_form_shows_what_is_in_force(client: Client, company: Company) -> None:
    form = client.get(reverse("change_contact")).context["form"]
    assert {name: form[name].value() for name in form.fields} == {**contact(company), "current_password": None}


def test_a_change_counts_at_once_and_the_chamber_is_told(
    client: Client, company: Company, delivered: Delivered
) -> None:
    typed = contact(
        company, postal_code="１００　０００１", telephone="０３ー１２３４ー５６７８", contact_name="新人 一郎"
    )
    page = client.post(reverse("change_contact"), typed, follow=True).content.decode()
    assert "変更はすぐに有効です" in page
    company.registration.refresh_from_db()
    row = company.registration
    assert (row.postal_code, row.telephone, row.contact_name) == ("100-0001", "03-1234-5678", "新人 一郎")
    (mail,) = delivered()
    assert mail.to == [company.chamber.email]
    assert "郵便番号" in mail.body
    assert "新人" not in mail.body


def test_nothing_changed_tells_nobody(client: Client, company: Company, delivered: Delivered) -> None:
    assert client.post(reverse("change_contact"), contact(company)).status_code == 302
    assert delivered() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("postal_code", "950-871"),
        ("telephone", "電話なし"),
        ("address", ""),
        ("contact_name", "花子\u202e"),
        ("email", "a@[127.0.0.1]"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_nothing_typed_is_lost(
    field: str, value: str, client: Client, company: Company
) -> None:
    typed = contact(company, contact_department="新設部", **{field: value})
    form = client.post(reverse("change_contact"), typed).context["form"]
    assert list(form.errors) == [field]
    assert {name: form[name].value() for name in typed} == typed
    company.registration.refresh_from_db()
    assert company.registration.contact_department == ""


def test_a_new_mailbox_counts_once_its_code_is_entered(client: Client, company: Company, delivered: Delivered) -> None:
    old = company.administrator.email
    response = client.post(reverse("change_contact"), contact(company, email=NEW), follow=True)
    assert response.redirect_chain == [(reverse("confirm_mailbox"), 302)]
    assert NEW in response.content.decode()
    (mail,) = delivered()
    assert mail.to == [NEW]
    assert mailbox(company) == old
    assert "確認が終わっていません" in client.get(reverse("change_contact")).content.decode()
    response = client.post(reverse("confirm_mailbox"), {"code": code_in([mail])}, follow=True)
    assert response.redirect_chain == [(reverse("change_contact"), 302)]
    assert "メールアドレスを変更しました" in response.content.decode()
    assert mailbox(company) == NEW
    assert {each.to[0] for each in delivered()[1:]} == {old, company.chamber.email}
    assert client.get(reverse("confirm_mailbox"))["Location"] == reverse("change_contact")


@pytest.mark.parametrize(
    ("typed", "said"), [("", "メールアドレスを変更するには"), ("a guess", "現在のパスワードが正しくありません")]
)
def test_a_new_mailbox_needs_the_password_and_nothing_else_is_lost(
    typed: str, said: str, client: Client, company: Company, delivered: Delivered
) -> None:
    """A session that was left open or stolen must not turn the account over."""
    changes = contact(company, email=NEW, contact_name="新人 一郎", current_password=typed)
    response = client.post(reverse("change_contact"), changes)
    form = response.context["form"]
    assert said in form.errors["current_password"][0]
    assert form["email"].value() == NEW
    assert form["contact_name"].value() == "新人 一郎"
    assert delivered() == []
    assert client.post(reverse("change_contact"), {**changes, "current_password": PASSWORD}).status_code == 302
    assert [mail.to for mail in delivered() if "確認コード" in mail.body] == [[NEW]]


def test_guesses_at_the_password_are_counted_together_with_those_of_the_password_page(
    client: Client, company: Company
) -> None:
    for _each in range(5):
        client.post(reverse("change_contact"), contact(company, email=NEW, current_password="a guess"))
    form = client.post(reverse("change_contact"), contact(company, email=NEW)).context["form"]
    assert form.has_error("current_password", "throttled")
    typed = {"current_password": PASSWORD, "new_password": "kaze ga fuku", "new_password_again": "kaze ga fuku"}
    form = client.post(reverse("change_password"), typed).context["form"]
    assert form.has_error("current_password", "throttled")
    assert mailbox(company) == company.administrator.email


def test_a_wrong_code_changes_nothing_and_stays_in_its_field(client: Client, company: Company) -> None:
    wrong = f"1731679350.0-{'0' * 32}"
    client.post(reverse("change_contact"), contact(company, email=NEW))
    response = client.post(reverse("confirm_mailbox"), {"code": wrong})
    assert "確認コードが正しくありません" in response.content.decode()
    assert wrong in response.content.decode()
    assert mailbox(company) == company.administrator.email


def test_an_old_code_can_be_sent_again(client: Client, company: Company, delivered: Delivered) -> None:
    client.post(reverse("change_contact"), contact(company, email=NEW))
    old = code_in(delivered())
    client.post(reverse("send_mailbox_code"))
    new = code_in(delivered())
    assert old != new
    assert "最後に届いたメール" in client.post(reverse("confirm_mailbox"), {"code": old}).content.decode()
    client.post(reverse("confirm_mailbox"), {"code": new})
    assert mailbox(company) == NEW


def test_after_72_hours_the_page_says_so_and_sends_anew(
    company: Company, browser_of: Open, delivered: Delivered
) -> None:
    browser_of(company.administrator).post(reverse("change_contact"), contact(company, email=NEW))
    code = code_in(delivered())
    with time_machine.travel(timezone.now() + timedelta(hours=73)):
        client = browser_of(company.administrator)
        assert "有効期限切れ" in client.get(reverse("confirm_mailbox")).content.decode()
        assert "72時間" in client.post(reverse("confirm_mailbox"), {"code": code}).content.decode()
        client.post(reverse("send_mailbox_code"))
        client.post(reverse("confirm_mailbox"), {"code": code_in(delivered())})
    assert mailbox(company) == NEW


def test_the_change_of_mailbox_can_be_called_off(client: Client, company: Company, delivered: Delivered) -> None:
    client.post(reverse("change_contact"), contact(company, email=NEW))
    code = code_in(delivered())
    assert "取りやめました" in client.post(reverse("keep_mailbox"), follow=True).content.decode()
    assert client.post(reverse("confirm_mailbox"), {"code": code}).status_code == 302
    assert client.post(reverse("send_mailbox_code"))["Location"] == reverse("change_contact")
    assert mailbox(company) == company.administrator.email
    assert len(delivered()) == 1


def test_codes_have_a_daily_limit_that_is_said_at_the_field(client: Client, company: Company) -> None:
    client.post(reverse("change_contact"), contact(company, email=NEW))
    for _each in range(4):
        client.post(reverse("send_mailbox_code"))
    page = client.post(reverse("send_mailbox_code"), follow=True).content.decode()
    assert "本日送信できる回数(5回)に達しました" in page
    form = client.post(reverse("change_contact"), contact(company, email="b@example.jp", address="新住所")).context[
        "form"
    ]
    assert list(form.errors) == ["email"]
    assert EmailVerification.objects.count() == 5


def test_each_administrator_changes_their_own(company: Company, rival: Company, browser_of: Open) -> None:
    before = rival.registration.contact_name
    browser_of(company.administrator).post(reverse("change_contact"), contact(company, contact_name="新人 一郎"))
    rival.registration.refresh_from_db()
    assert rival.registration.contact_name == before
    assert browser_of(rival.administrator).get(reverse("confirm_mailbox")).status_code == 302


@pytest.mark.parametrize("name", ["send_mailbox_code", "keep_mailbox"])
def test_verbs_need_a_post(name: str, client: Client) -> None:
    assert client.get(reverse(name)).status_code == 405


def on_the_day(registration: TradeRegistration, days: int, telephone: str = "") -> tuple[str, dt.date, bool]:
    """Whom the chamber would call so many days from now, after the company has given another number, if one is given."""
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        if telephone:
            change_contact(registration, by=registration.administrator, telephone=telephone)
        found = TradeRegistration.objects.get(pk=registration.pk).telephone_to_call()
    return found.number, found.since, found.is_present


def test_the_chamber_calls_the_number_that_was_in_force_thirty_days_ago(company: Company) -> None:
    registration, today = company.registration, timezone.localdate()
    first, since = registration.telephone, registration.registered_on
    assert on_the_day(registration, 0) == (first, since, True)
    assert on_the_day(registration, 0, "090-1111-1111") == (first, since, False)
    assert on_the_day(registration, 10, "090-2222-2222") == (first, since, False)
    assert on_the_day(registration, 29) == (first, since, False)
    assert on_the_day(registration, 31) == ("090-1111-1111", today, False)
    assert on_the_day(registration, 41) == ("090-2222-2222", today + timedelta(days=10), True)
    kept = registration.former_telephones.order_by("pk").values_list("telephone", "in_use_since")
    assert list(kept) == [(first, since), ("090-1111-1111", today)]


def test_there_and_back_again_makes_no_new_number_callable(company: Company) -> None:
    registration, first = company.registration, company.registration.telephone
    for day, telephone in enumerate(("090-1111-1111", first, "090-1111-1111")):
        on_the_day(registration, day, telephone)
        assert on_the_day(registration, day)[0] == first
    assert on_the_day(registration, 29)[0] == first


def test_other_changes_of_contact_keep_no_number(company: Company) -> None:
    change_contact(company.registration, by=company.administrator, contact_name="新人 一郎")
    assert not company.registration.former_telephones.exists()
