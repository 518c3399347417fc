"""A session's end: it is announced, can be put off, and what was typed is still there afterwards."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from registration_cases.links import link_to_status
from tests.casework.factories import CaseFactory, ready
from tests.conftest import Company, make_company
from tests.factories import PASSWORD, ChamberFactory
from tests.journeys.conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 300_000  # milliseconds
CONTACT, STEP, TYPED = "/registration/contact/", "/application/contact/", "025-111-1111"


@pytest.fixture
def firm(transactional_db: None) -> Company:
    return make_company()


def names(company: Company) -> dict[str, str]:
    return {"chamber_code": company.chamber.code, "login_id": company.administrator.login_id, "password": PASSWORD}


def is_seen_below_the_bar(person: Person, field: str) -> bool:
    """Whether the field, led to by a link to it, is not hidden behind the announcement."""
    to_top = "field => { field.scrollIntoView({ block: 'start' }); return field.getBoundingClientRect().top }"
    top = person.page.locator(f"[name={field}]").evaluate(to_top)
    return bool(top >= person.page.locator(".session-end").evaluate("bar => bar.getBoundingClientRect().bottom"))


def test_a_form_sent_after_the_session_stands_filled_in_after_the_login(
    firm: Company, sit_down: Callable[[], Person]
) -> None:
    person = sit_down()
    person.logs_in(**names(firm))
    person.goes_to(CONTACT)
    person.fills(telephone=TYPED)
    with time_machine.travel(timezone.now() + timedelta(minutes=32)):
        person.submits()
        person.sees("30分間操作がなかったため")
        person.sees("24時間お預かりしています")
        person.looks_at("kept-login")
        person.fills(**names(firm))
        person.clicks("ログイン")
        person.arrives_at(CONTACT)
        person.sees("まだ保存されていません")
        assert person.page.input_value("[name=telephone]") == TYPED
        person.looks_at("kept-form")
        person.clicks("変更")
        person.sees("連絡先を変更しました。")
        person.goes_to(CONTACT)
        assert person.page.input_value("[name=telephone]") == TYPED
        assert "まだ保存されていません" not in person.page.inner_text("main")


def test_what_was_typed_before_can_be_discarded(firm: Company, sit_down: Callable[[], Person]) -> None:
    person = sit_down()
    person.logs_in(**names(firm))
    person.goes_to(CONTACT)
    person.fills(telephone=TYPED)
    with time_machine.travel(timezone.now() + timedelta(minutes=32)):
        person.submits()
        person.fills(**names(firm))
        person.clicks("ログイン")
        person.arrives_at(CONTACT)
        person.unfolds()
        person.looks_at("kept-form-discard")
        person.clicks("前に入力した内容を破棄")
        person.arrives_at(CONTACT)
        assert person.page.input_value("[name=telephone]") == firm.registration.telephone
        assert "まだ保存されていません" not in person.page.inner_text("main")


def test_a_company_without_an_id_is_told_in_time_and_finds_its_text_again(
    transactional_db: None, sit_down: Callable[[], Person]
) -> None:
    person = sit_down()
    link = f"/{link_to_status(CaseFactory(chamber=ready(ChamberFactory()))).split('/', 3)[3]}"
    person.goes_to(link)
    person.clicks("申請の画面を開く")
    person.page.clock.install()
    person.goes_to(STEP)
    person.fills(telephone=TYPED)
    with time_machine.travel(timezone.now() + timedelta(minutes=29, seconds=30), tick=False):
        person.page.clock.fast_forward("29:30")
        person.sees("申請の画面を閉じます")
        person.looks_at("visit-end")
        person.page.get_by_role("button", name="入力を続ける").click()
        expect(person.page.locator(".session-end")).to_be_empty(timeout=PATIENCE)
        assert person.page.input_value("[name=telephone]") == TYPED
    with time_machine.travel(timezone.now() + timedelta(minutes=62), tick=False):
        person.submits()
        person.sees("24時間お預かりしています")
        person.looks_at("kept-visit")
        person.goes_to(link)
        person.clicks("申請の画面を開く")
        person.arrives_at(STEP)
        person.sees("まだ保存されていません")
        assert person.page.input_value("[name=telephone]") == TYPED


def test_the_login_page_in_two_tabs_leads_to_the_menu_in_both(firm: Company, sit_down: Callable[[], Person]) -> None:
    first = sit_down()
    second = Person(first.context, first.home, first.width)
    second.goes_to("/login/")
    first.logs_in(**names(firm))
    first.arrives_at("/menu/")
    second.fills(**names(firm))
    second.clicks("ログイン")
    second.arrives_at("/menu/")
    second.sees("すでにログインしています")
    second.looks_at("second-login")


def test_the_end_is_announced_and_put_off_without_losing_what_was_typed(
    firm: Company, sit_down: Callable[[], Person]
) -> None:
    person = sit_down()
    person.logs_in(**names(firm))
    other = Person(person.context, person.home, person.width)
    for tab in (person, other):
        tab.page.clock.install()
        tab.goes_to(CONTACT)
        tab.fills(telephone=TYPED)
    with time_machine.travel(timezone.now() + timedelta(minutes=29, seconds=30), tick=False):
        person.page.clock.fast_forward("29:30")
        person.sees("自動的にログアウトします")
        person.looks_at("session-end")
        assert is_seen_below_the_bar(person, "postal_code")
        person.page.get_by_role("button", name="ログイン状態を続ける").click()
        expect(person.page.locator(".session-end")).to_be_empty(timeout=PATIENCE)
        with other.page.expect_response("**/session/"):
            other.page.clock.fast_forward("29:30")
        expect(other.page.locator(".session-end")).to_be_empty(timeout=PATIENCE)
        assert person.page.input_value("[name=telephone]") == TYPED
    with time_machine.travel(timezone.now() + timedelta(minutes=59), tick=False):
        person.submits()
        person.sees("連絡先を変更しました。")
