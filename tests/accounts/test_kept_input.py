"""What was typed survives the end of a session: for the same account in the same browser, and for nobody else."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
import time_machine
from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts import kept_input, services
from accounts.models import Account, KeptInput, Kind, PasswordOrigin
from accounts.tasks import tidy
from foundation.forms import PortalFormMixin
from foundation.typed_before import is_never_kept
from tests.accounts.conftest import log_in
from tests.conftest import Company, log_in_with
from tests.test_two_tabs import sent_by
from trade_registration.models import TradeRegistration

Clock = time_machine.Traveller
MORNING = datetime.fromisoformat("2026-11-24T09:00:00+09:00")
CONTACT = "change_contact"
TYPED = "025-111-1111"
NOT_SAVED = "まだ保存されていません"


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Nine in the morning, and time stands still."""
    with time_machine.travel(MORNING, tick=False) as standing:
        yield standing


def sent_too_late(browser: Client, clock: Clock, **typed: str) -> HttpResponse:
    """The contact form, opened in time and sent when the session had ended."""
    page = sent_by(browser.get(reverse(CONTACT)))
    clock.shift(timedelta(minutes=32))
    return browser.post(reverse(CONTACT), {**page, "telephone": TYPED, **typed})


def is_filled_in(browser: Client) -> bool:
    page = browser.get(reverse(CONTACT)).content.decode()
    assert (TYPED in page) == (NOT_SAVED in page)
    return TYPED in page


def logged_in_again(browser: Client, account: Account) -> None:
    assert log_in(browser, account, to=reverse(CONTACT))["Location"] == reverse(CONTACT)


def test_after_the_login_the_form_holds_what_was_typed_and_nothing_is_saved(clock: Clock, company: Company) -> None:
    browser = log_in_with(company.administrator)
    to_login = sent_too_late(browser, clock)
    assert to_login["Location"].startswith(reverse("login"))
    assert "24時間お預かり" in browser.get(to_login["Location"]).content.decode()
    logged_in_again(browser, company.administrator)
    assert is_filled_in(browser)
    assert TradeRegistration.objects.get(pk=company.registration.pk).telephone != TYPED
    again = sent_by(browser.get(reverse(CONTACT)))
    assert browser.post(reverse(CONTACT), again).status_code == 302
    assert TradeRegistration.objects.get(pk=company.registration.pk).telephone == TYPED
    assert not KeptInput.objects.exists()


def test_what_somebody_else_changed_meanwhile_is_named(clock: Clock, company: Company) -> None:
    browser = log_in_with(company.administrator)
    sent_too_late(browser, clock)
    TradeRegistration.objects.filter(pk=company.registration.pk).update(telephone="025-999-9999")
    logged_in_again(browser, company.administrator)
    answer = browser.post(reverse(CONTACT), sent_by(browser.get(reverse(CONTACT))))
    assert "「025-999-9999」に変更されています" in answer.content.decode()
    assert TradeRegistration.objects.get(pk=company.registration.pk).telephone == "025-999-9999"


def test_neither_another_account_nor_another_browser_sees_it(clock: Clock, company: Company, rival: Company) -> None:
    browser = log_in_with(company.administrator)
    sent_too_late(browser, clock)
    logged_in_again(browser, rival.administrator)
    assert not is_filled_in(browser)
    elsewhere = log_in_with(company.administrator)
    assert not is_filled_in(elsewhere)
    elsewhere.cookies[kept_input.COOKIE] = "0" * 64
    assert not is_filled_in(elsewhere)
    assert TYPED.encode() not in bytes(KeptInput.objects.get().content)
    logged_in_again(browser, company.administrator)
    assert is_filled_in(browser)


def test_it_is_gone_after_a_day(clock: Clock, company: Company) -> None:
    browser = log_in_with(company.administrator)
    sent_too_late(browser, clock)
    clock.shift(timedelta(days=1))
    logged_in_again(browser, company.administrator)
    assert not is_filled_in(browser)
    clock.shift(timedelta(seconds=1))
    tidy()
    assert not KeptInput.objects.exists()


def test_it_is_gone_after_a_logout(clock: Clock, company: Company) -> None:
    browser = log_in_with(company.administrator)
    sent_too_late(browser, clock)
    logged_in_again(browser, company.administrator)
    assert is_filled_in(browser)
    browser.post(reverse("logout"))
    assert not KeptInput.objects.exists()


@pytest.mark.parametrize("when", ["before it was sent", "after it was sent"])
def test_it_does_not_outlive_a_password_that_was_set_elsewhere(when: str, clock: Clock, company: Company) -> None:
    def set_password() -> None:
        services.set_password(
            company.administrator, "atarashii aikotoba", origin=PasswordOrigin.OWN, by=company.administrator
        )

    browser = log_in_with(company.administrator)
    page = sent_by(browser.get(reverse(CONTACT)))
    clock.shift(timedelta(minutes=32))
    if when.startswith("before"):
        set_password()
    browser.post(reverse(CONTACT), {**page, "telephone": TYPED})
    assert KeptInput.objects.exists() == when.startswith("after")
    if when.startswith("after"):
        set_password()
    assert not KeptInput.objects.exists()


def test_it_is_discarded_on_request_for_its_page_and_browser_alone(clock: Clock, company: Company) -> None:
    browser = log_in_with(company.administrator)
    sent_too_late(browser, clock)
    other = reverse("change_signer_email", args=[company.signer.public_id])
    browser.post(other, {"email": "new@example.jp"})
    logged_in_again(browser, company.administrator)
    assert reverse("discard_kept") in browser.get(reverse(CONTACT)).content.decode()
    discard = {"page": reverse(CONTACT)}
    elsewhere = log_in_with(company.administrator)
    elsewhere.cookies[kept_input.COOKIE] = "0" * 64
    assert elsewhere.post(reverse("discard_kept"), discard)["Location"] == reverse("home")
    browser.cookies.update(log_in_with(company.administrator).cookies)
    assert is_filled_in(browser)
    assert browser.post(reverse("discard_kept"), discard)["Location"] == reverse(CONTACT)
    assert not is_filled_in(browser)
    assert KeptInput.objects.get().page == other


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example/", "", "/registration/contact/"])
def test_discarding_what_is_not_kept_leads_to_no_page_of_the_senders_choice(page: str, company: Company) -> None:
    browser = log_in_with(company.administrator)
    assert browser.post(reverse("discard_kept"), {"page": page})["Location"] == reverse("home")
    assert Client().post(reverse("discard_kept"), {"page": page})["Location"] == reverse("home")


def test_what_is_sent_after_a_logout_is_given_back_and_kept_for_nobody(company: Company) -> None:
    browser = log_in_with(company.administrator)
    page = sent_by(browser.get(reverse(CONTACT)))
    browser.post(reverse("logout"))
    answer = browser.post(reverse(CONTACT), {**page, "telephone": TYPED, "current_password": "himitsu no kotoba"})
    text = answer.content.decode()
    assert answer.status_code == 403
    assert all(words in text for words in ("ログアウトしたか", "次の内容は保存されていません", TYPED))
    assert "himitsu" not in text
    assert not KeptInput.objects.exists()
    assert browser.post(reverse("change_password"), {"current_password": "himitsu"}).status_code == 302


def test_a_form_that_is_too_large_is_not_kept(clock: Clock, company: Company) -> None:
    browser = log_in_with(company.administrator)
    response = sent_too_late(browser, clock, contact_name="あ" * kept_input.LONGEST)
    assert (response.status_code, "あ" * kept_input.LONGEST in response.content.decode()) == (403, True)
    assert not KeptInput.objects.exists()


def test_an_account_keeps_few_forms(clock: Clock, company: Company) -> None:
    browser = log_in_with(company.administrator)
    clock.shift(timedelta(minutes=32))
    for number in range(kept_input.MOST + 3):
        browser.cookies.pop(kept_input.COOKIE, None)
        browser.post(reverse(CONTACT), {"telephone": f"025-111-{number:04}"})
    assert KeptInput.objects.count() == kept_input.MOST


def test_passwords_and_codes_are_not_kept(clock: Clock, company: Company) -> None:
    browser = log_in_with(company.administrator)
    address = reverse("change_signer_password", args=[company.signer.public_id])
    clock.shift(timedelta(minutes=32))
    typed = {"new_password": "himitsu", "password": "himitsu", "code": "himitsu", "csrfmiddlewaretoken": "himitsu"}
    browser.post(address, typed)
    assert not KeptInput.objects.exists()


def all_forms(base: Any = PortalFormMixin) -> Iterator[Any]:
    for form in base.__subclasses__():
        yield form
        yield from all_forms(form)


def test_no_field_for_a_secret_has_a_name_that_is_kept() -> None:
    secret = [
        (form.__name__, name)
        for form in all_forms()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field.widget, forms.PasswordInput) or "one-time-code" in str(field.widget.attrs)
    ]
    assert len(secret) > 5
    assert [each for each in secret if not is_never_kept(each[1])] == []


def old_tab(account: Account) -> Client:
    """A browser that the CSRF check is applied to, whose open pages are older than its login."""
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = log_in_with(account).cookies
    browser.get(reverse("login"))
    return browser


def test_a_login_page_that_is_older_than_a_login_leads_to_the_menu(company: Company) -> None:
    browser = old_tab(company.administrator)
    answer = browser.post(reverse("login"), {"chamber_code": "801"}, headers={"Origin": "http://testserver"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("menu"))
    assert "すでにログインしています" in browser.get(reverse("menu")).content.decode()


def test_a_form_that_is_older_than_a_login_is_shown_again_with_what_was_typed(company: Company) -> None:
    browser = old_tab(company.administrator)
    answer = browser.post(reverse(CONTACT), {"telephone": TYPED}, headers={"Origin": "http://testserver"})
    assert (answer.status_code, answer["Location"]) == (302, reverse(CONTACT))
    assert is_filled_in(browser)


@pytest.mark.parametrize("path", ["//evil.example/x/", "///evil.example/", "/\\evil.example/", "//evil.example"])
def test_a_page_whose_name_begins_like_another_sites_leads_nowhere_else(path: str, company: Company) -> None:
    headers = {"Origin": "http://testserver", "Referer": f"http://testserver{path}"}
    answer = old_tab(company.administrator).post(reverse(CONTACT), {"telephone": TYPED}, headers=headers)
    assert answer.status_code == 302
    assert urljoin("http://testserver/", answer["Location"]).startswith("http://testserver/")


def test_a_form_that_is_older_than_a_login_and_a_logout_is_given_back(company: Company) -> None:
    browser = old_tab(company.administrator)
    browser.cookies.pop(settings.SESSION_COOKIE_NAME)
    answer = browser.post(reverse(CONTACT), {"telephone": TYPED}, headers={"Origin": "http://testserver"})
    assert answer.status_code == 403
    assert TYPED in answer.content.decode()


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_another_sites_form_fills_nothing_in(origin: str, company: Company) -> None:
    browser = old_tab(company.administrator)
    headers = {"Origin": origin} if origin else {}
    answer = browser.post(reverse(CONTACT), {"telephone": TYPED}, headers=headers)
    assert answer.status_code == 403
    assert "画面が古くなっています" in answer.content.decode()
    assert TYPED not in answer.content.decode()
    assert not KeptInput.objects.exists()


def test_a_page_of_another_kind_of_id_keeps_nothing(clock: Clock, company: Company) -> None:
    assert company.signer.kind == Kind.SIGNER
    browser = log_in_with(company.signer)
    clock.shift(timedelta(minutes=32))
    browser.post(reverse(CONTACT), {"telephone": TYPED})
    assert not KeptInput.objects.exists()


@pytest.mark.parametrize(
    ("address", "who", "field", "typed"),
    [
        ("change_profile", "manager", "telephone", TYPED),
        ("change_windows", "manager", "renewal_opens_days", "57"),
        ("sub_id", "signer", "name", "通関 一郎"),
        ("new_sub_id", "signer", "name", "通関 一郎"),
        ("delete_registration", "manager", "reason", "廃業のため"),
    ],
)
def test_forms_of_other_pages_are_filled_in_alike(
    address: str, who: str, field: str, typed: str, clock: Clock, company: Company, manager: Account
) -> None:
    account = manager if who == "manager" else company.signer
    named = {"sub_id": company.sub_id.public_id, "delete_registration": company.registration.registration_number}
    url = reverse(address, args=[named[address]] if address in named else [])
    browser = log_in_with(account)
    clock.shift(timedelta(minutes=32))
    browser.post(url, {field: typed})
    browser.cookies.update(log_in_with(account).cookies)
    page = browser.get(url).content.decode()
    assert typed in page
    assert NOT_SAVED in page
