"""The real pages, with their scripts: a form sent twice, a page in two tabs, a text pasted, and news of a mail while one waits."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, Kind
from email_verification.models import EmailVerification
from mailing.models import OutboxMail
from tests.casework.conftest import browser_in
from tests.casework.factories import CaseFactory
from tests.conftest import Company, log_in_with, make_company
from tests.factories import SignerFactory
from tests.journeys.conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SitDown = Callable[[], Person]
NEW = "mizuumi no hotori de"


def enters(person: Person, browser: Any) -> None:
    """Goes on with the cookies of a browser that is in already."""
    cookies = [{"name": name, "value": cookie.value, "url": person.home} for name, cookie in browser.cookies.items()]
    person.context.add_cookies(cookies)


def sub_ids(company: Company) -> int:
    return Account.objects.get_queryset().filter(kind=Kind.SUB_USER, name="通関 花子").count()


@pytest.fixture
def signer(transactional_db: None, sit_down: SitDown) -> tuple[Company, Person]:
    """A signer on the page for a new sub-ID, which is filled in."""
    company, person = make_company(), sit_down()
    enters(person, log_in_with(company.signer))
    person.goes_to(reverse("new_sub_id"))
    person.fills(name="通関 花子", email="hanako@example.jp", password=NEW, password_again=NEW)
    return company, person


def test_a_double_click_makes_one_sub_id(
    signer: tuple[Company, Person], delivered: Callable[[], list[EmailMessage]]
) -> None:
    company, person = signer
    with person.page.expect_navigation():
        person.page.locator("main button[type=submit]").first.dblclick(no_wait_after=True)
    person.sees("サブIDを作成しました。")
    assert sub_ids(company) == 1
    assert [mail.to for mail in delivered()] == [["hanako@example.jp"]]


def test_sending_the_same_again_leads_to_the_same_page_and_going_back_makes_nothing(
    signer: tuple[Company, Person], delivered: Callable[[], list[EmailMessage]]
) -> None:
    company, person = signer
    sent: list[str] = []
    person.page.on(
        "request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None
    )
    person.submits()
    person.sees("サブIDを作成しました。")
    first = person.page.url
    # The very same form once more, as a browser sends it that kept the page.
    again = person.context.request.post(
        person.home + reverse("new_sub_id"),
        data=sent[0],
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": person.home + reverse("new_sub_id"),
        },
    )
    assert again.url == first
    # The page that a browser shows on its way back is a new one, and empty.
    person.page.go_back()
    person.submits()
    person.sees("氏名(和文): 入力してください。")
    assert sub_ids(company) == 1
    assert [mail.to for mail in delivered()] == [["hanako@example.jp"]]


def test_the_older_of_two_tabs_overwrites_nothing(transactional_db: None, sit_down: SitDown) -> None:
    company, person = make_company(), sit_down()
    enters(person, log_in_with(company.administrator))
    older, newer = person.page, person.context.new_page()
    for tab in (older, newer):
        tab.goto(person.home + reverse("change_contact"))

    def sends(tab: Any, **fields: str) -> None:
        person.page = tab
        person.fills(**fields)
        person.submits()

    sends(newer, telephone="025-111-1111")
    person.sees("連絡先を変更しました。")
    sends(older, contact_name="新人 一郎")  # another field: both changes stand
    person.sees("連絡先を変更しました。")
    company.registration.refresh_from_db()
    assert (company.registration.telephone, company.registration.contact_name) == ("025-111-1111", "新人 一郎")

    for tab in (older, newer):
        tab.goto(person.home + reverse("change_contact"))
    sends(newer, telephone="025-222-2222")
    person.sees("連絡先を変更しました。")
    sends(older, telephone="025-333-3333")  # the same field: asked first
    person.sees("この画面を開いた後に、ほかの画面から「025-222-2222」に変更されています。")
    person.looks_at("change-contact-meanwhile")
    company.registration.refresh_from_db()
    assert company.registration.telephone == "025-222-2222"
    assert person.page.input_value("[name=telephone]") == "025-333-3333"
    person.submits()
    person.sees("連絡先を変更しました。")
    company.registration.refresh_from_db()
    assert company.registration.telephone == "025-333-3333"


def pastes(person: Person, name: str, text: str) -> None:
    """As somebody pastes: what a browser's own limit would cut is cut."""
    person.page.locator(f"[name={name}]").focus()
    person.page.keyboard.press("Control+A")
    person.page.keyboard.insert_text(text)


def test_a_pasted_text_is_not_cut_and_the_error_counts_it(transactional_db: None, sit_down: SitDown) -> None:
    person = sit_down()
    enters(person, browser_in(CaseFactory()))
    person.goes_to(reverse("case_company"))
    name, name_en = "株" * 114, "N" * 158
    pastes(person, "company_name", name)
    pastes(person, "company_name_en", name_en)
    person.submits()
    person.sees("企業名等: 100文字以内で入力してください(いまは114文字です)。")
    person.sees("英文社名: 150文字以内で入力してください(いまは158文字です)。")
    assert person.page.input_value("[name=company_name]") == name
    assert person.page.input_value("[name=company_name_en]") == name_en
    person.looks_at("company-too-long")


def test_a_refused_mail_is_told_to_whoever_waits_for_it(transactional_db: None, sit_down: SitDown) -> None:
    """Without opening the page anew, and without a loss of what was typed meanwhile."""
    company, person = make_company(), sit_down()
    newcomer = SignerFactory(account__registration=company.registration, account__first_time=True).account
    enters(person, log_in_with(newcomer))
    person.goes_to(reverse("enter_code"))
    person.sees("確認コードをメールにて送信しました。")
    person.fills(code="1731679350.0-86be")
    code = EmailVerification.objects.latest("pk")
    mails = OutboxMail.objects.filter(kind="email_verification.code")
    assert mails.count() == 1, code
    mails.update(status=OutboxMail.Status.FAILED, given_up_at=timezone.now(), refused_address=newcomer.email)
    person.sees("確認コードのメールを送信できませんでした。")
    assert person.page.input_value("[name=code]") == "1731679350.0-86be"
    person.looks_at("enter-code-refused")
