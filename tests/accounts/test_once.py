"""A form that is sent twice."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, DoneOnce
from accounts.tasks import tidy
from casework.models import Case, CaseNote
from email_verification.models import EmailVerification
from registration_cases.links import link_to_begin
from registration_cases.models import RegistrationRequest
from tests.casework.factories import CaseFactory, ready
from tests.conftest import Company, log_in_with
from tests.support.turns import at_once

NEW = "atarashii aikotoba desu"
SUB_ID = {"name": "通関 花子", "email": "sub@example.jp", "password": NEW, "password_again": NEW}


def strict_browser(account: Account) -> Client:
    """A browser that the CSRF check is applied to."""
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = log_in_with(account).cookies
    return browser


def copy_of(browser: Client) -> Client:
    """The same browser, for another thread."""
    other = Client(enforce_csrf_checks=True)
    other.cookies = browser.cookies
    return other


def hidden(page: HttpResponse) -> dict[str, str]:
    """What the page's last form holds, unseen."""
    last = page.content.decode().rpartition("<form")[2]
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', last)
    return dict(inputs)


def sub_ids() -> list[Account]:
    return list(Account.objects.get_queryset().filter(name="通関 花子"))


@pytest.mark.django_db(transaction=True)
def test_a_sub_id_asked_for_twice_at_once_and_a_minute_later_is_one_with_one_mail(
    company: Company, delivered: Callable[[], list[EmailMessage]]
) -> None:
    browser = strict_browser(company.signer)
    address = reverse("new_sub_id")
    typed = SUB_ID | hidden(browser.get(address))
    answers = at_once(2, lambda: copy_of(browser).post(address, typed))
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        answers.append(copy_of(browser).post(address, typed))
    [made] = sub_ids()
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, reverse("sub_id", args=[made.public_id]))
    }
    assert [mail.to for mail in delivered()] == [["sub@example.jp"]]


@pytest.fixture
def browser(company: Company) -> Client:
    return log_in_with(company.signer)


def test_every_page_holds_a_token_of_its_own(browser: Client) -> None:
    first, second = (hidden(browser.get(reverse("new_sub_id")))["csrfmiddlewaretoken"] for _each in range(2))
    assert first != second
    for token in (first, second):
        browser.post(reverse("new_sub_id"), SUB_ID | {"csrfmiddlewaretoken": token})
    assert len(sub_ids()) == 2


def test_other_content_in_a_kept_page_is_another_form(browser: Client) -> None:
    token = hidden(browser.get(reverse("new_sub_id")))
    for email in ("one@example.jp", "two@example.jp"):
        browser.post(reverse("new_sub_id"), {**SUB_ID, **token, "email": email})
    assert {account.email for account in sub_ids()} == {"one@example.jp", "two@example.jp"}


def test_a_form_that_was_refused_can_be_sent_again(browser: Client, company: Company) -> None:
    token = hidden(browser.get(reverse("new_sub_id")))
    assert browser.post(reverse("new_sub_id"), {**SUB_ID, **token, "email": "no address"}).status_code == 200
    assert not DoneOnce.objects.exists()
    assert browser.post(reverse("new_sub_id"), SUB_ID | token).status_code == 302
    assert len(sub_ids()) == 1


def test_what_fails_leaves_no_note(company: Company, manager: Account) -> None:
    case = CaseFactory(chamber=ready(company.chamber), submitted=True)
    answer = log_in_with(manager).post(
        reverse("release_case", args=[case.public_id]), {"csrfmiddlewaretoken": "a" * 64}
    )
    assert answer.status_code == 409
    assert not DoneOnce.objects.exists()


def test_the_same_words_on_another_case_are_another_form(company: Company, reviewer: Account) -> None:
    browser = log_in_with(reviewer)
    for case in (CaseFactory(chamber=ready(company.chamber), submitted=True) for _each in range(2)):
        address = reverse("write_note", args=[case.public_id])
        browser.post(address, {"text": "確認しました。", "csrfmiddlewaretoken": "a" * 64})
    assert CaseNote.objects.count() == 2


def test_a_code_is_sent_once_for_one_press(company: Company) -> None:
    Account.objects.get_queryset().filter(pk=company.signer.pk).update(email_verified_at=None)
    browser = log_in_with(company.signer)
    token = hidden(browser.get(reverse("check_address")))
    for _each in range(2):
        assert browser.post(reverse("check_address"), token)["Location"] == reverse("enter_code")
    assert EmailVerification.objects.count() == 1


def test_a_mailed_link_pressed_twice_opens_the_case_for_both_answers(company: Company) -> None:
    request = RegistrationRequest.objects.create(
        chamber=ready(company.chamber), email="hanako@example.jp", is_resumption=False
    )
    link = link_to_begin(request).removeprefix("http://testserver")
    token = hidden(Client().get(link))
    browsers = [Client(), Client()]
    for browser in browsers:
        assert browser.post(link, token)["Location"] == reverse("case")
    assert Case.objects.count() == 1
    for browser in browsers:
        assert browser.get(reverse("case")).status_code == 200


def test_a_used_link_opens_nothing_from_another_page(company: Company) -> None:
    request = RegistrationRequest.objects.create(
        chamber=ready(company.chamber), email="hanako@example.jp", is_resumption=False
    )
    link = link_to_begin(request).removeprefix("http://testserver")
    Client().post(link, {"csrfmiddlewaretoken": "a" * 64})
    assert Client().post(link, {"csrfmiddlewaretoken": "b" * 64}).status_code == 410


def test_the_notes_are_swept_away_after_three_days(browser: Client) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=4)):
        DoneOnce.objects.create(key="old", address="/")
    DoneOnce.objects.create(key="young", address="/")
    tidy()
    assert [done.key for done in DoneOnce.objects.all()] == ["young"]
