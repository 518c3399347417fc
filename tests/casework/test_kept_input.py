"""What a company without an ID typed survives the end of its session: for the same case in the same browser only."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import KeptInput
from casework import services
from casework.models import Case, CaseMessage
from registration_cases.links import link_to_status
from registration_cases.models import RegistrationCase
from tests.casework.conftest import browser_in, local
from tests.casework.factories import CaseFactory, ready
from tests.factories import ChamberFactory
from tests.test_two_tabs import sent_by

Clock = time_machine.Traveller
MORNING = datetime.fromisoformat("2026-11-24T09:00:00+09:00")
TYPED = "新人 花子"
NOT_SAVED = "まだ保存されていません"


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Nine in the morning, and time stands still."""
    with time_machine.travel(MORNING, tick=False) as standing:
        yield standing


@pytest.fixture
def own(clock: Clock, db: None) -> Case:
    return CaseFactory(chamber=ready(ChamberFactory()), contact_email="hanako@echigo.example.jp")


def enters(browser: Client, case: Case) -> HttpResponse:
    """By a mailed link's button, as the form of a page that was opened now."""
    link = local(link_to_status(case))
    page = browser.get(link)
    return browser.post(link, {"csrfmiddlewaretoken": str(page.context["csrf_token"])})


def sent_too_late(browser: Client, clock: Clock) -> HttpResponse:
    """The contact's form, opened in time and sent when the session had ended."""
    page = sent_by(browser.get(reverse("case_contact")))
    clock.shift(timedelta(minutes=32))
    return browser.post(reverse("case_contact"), {**page, "contact_name": TYPED})


def is_filled_in(browser: Client) -> bool:
    page = browser.get(reverse("case_contact")).content.decode()
    assert (TYPED in page) == (NOT_SAVED in page)
    return TYPED in page


def test_the_link_leads_back_to_the_form_with_what_was_typed(clock: Clock, own: Case) -> None:
    browser = browser_in(own)
    answer = sent_too_late(browser, clock)
    assert answer["Location"] == f"{reverse('resume')}?kept=1"
    page = browser.get(answer["Location"]).content.decode()
    assert "24時間お預かり" in page
    assert "しばらく操作がなかったため" in page
    assert enters(browser, own)["Location"] == reverse("case_contact")
    assert is_filled_in(browser)
    own.refresh_from_db()
    assert own.registration_case.contact_name != TYPED
    assert browser.post(reverse("case_contact"), sent_by(browser.get(reverse("case_contact")))).status_code == 302
    own.refresh_from_db()
    assert own.registration_case.contact_name == TYPED
    assert not KeptInput.objects.exists()
    assert browser.get(local(link_to_status(own)))["Location"] == reverse("case")


def test_what_was_changed_meanwhile_is_named(clock: Clock, own: Case) -> None:
    browser = browser_in(own)
    sent_too_late(browser, clock)
    RegistrationCase.objects.filter(pk=own.pk).update(contact_name="別人 太郎")
    enters(browser, own)
    answer = browser.post(reverse("case_contact"), sent_by(browser.get(reverse("case_contact"))))
    assert "「別人 太郎」に変更されています" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "field", "typed"),
    [
        ("case_company", "company_name", "株式会社打ちかけ"),
        ("case_contact", "contact_name", TYPED),
        ("case_signer", "name", "打掛 太郎"),
        ("new_case_signer", "name", "打掛 花子"),
    ],
)
def test_every_step_shows_what_was_typed(address: str, field: str, typed: str, clock: Clock, own: Case) -> None:
    browser = browser_in(own)
    page = reverse(address, args=[own.registration_case.signers.first().public_id] if address == "case_signer" else [])
    clock.shift(timedelta(minutes=32))
    browser.post(page, {field: typed})
    assert enters(browser, own)["Location"] == page
    shown = browser.get(page)
    assert NOT_SAVED in shown.content.decode()
    assert shown.context["form"][field].value() == typed


def test_the_pledge_shows_what_was_ticked(clock: Clock, own: Case) -> None:
    own.registration_case.accepted_texts.all().delete()
    browser = browser_in(own)
    page = browser.get(reverse("case_pledge"))
    boxes = list(page.context["form"].fields)
    clock.shift(timedelta(minutes=32))
    browser.post(reverse("case_pledge"), {boxes[0]: "on"})
    enters(browser, own)
    form = browser.get(reverse("case_pledge") + "?check").context["form"]
    assert [name for name in boxes if form[name].value()] == boxes[:1]


def test_a_message_that_was_sent_too_late_is_neither_sent_nor_lost(clock: Clock, own: Case) -> None:
    own = CaseFactory(chamber=own.chamber, submitted=True)
    browser = browser_in(own)
    browser.get(reverse("case"))
    clock.shift(timedelta(minutes=32))
    headers = {"Referer": f"http://testserver{reverse('case')}"}
    browser.post(reverse("write_to_chamber"), {"text": "納期の質問です。"}, headers=headers)
    assert enters(browser, own)["Location"] == reverse("case")
    assert "納期の質問です。" in browser.get(reverse("case")).content.decode()
    assert not CaseMessage.objects.exists()


def test_neither_another_case_nor_another_browser_sees_it(clock: Clock, own: Case) -> None:
    browser = browser_in(own)
    sent_too_late(browser, clock)
    other = CaseFactory(chamber=own.chamber, contact_email=own.registration_case.contact_email)
    assert enters(browser, other)["Location"] == reverse("case")
    assert not is_filled_in(browser)
    assert not is_filled_in(browser_in(own))
    assert TYPED.encode() not in bytes(KeptInput.objects.get().content)
    enters(browser, own)
    assert is_filled_in(browser)


def test_it_is_gone_once_the_work_at_this_browser_is_ended(clock: Clock, own: Case) -> None:
    browser = browser_in(own)
    sent_too_late(browser, clock)
    enters(browser, own)
    browser.post(reverse("leave_case"))
    assert not KeptInput.objects.exists()


def test_after_the_work_was_ended_nothing_is_kept(clock: Clock, own: Case) -> None:
    browser = browser_in(own)
    page = sent_by(browser.get(reverse("case_contact")))
    browser.post(reverse("leave_case"))
    browser.post(reverse("case_contact"), {**page, "contact_name": TYPED})
    assert not KeptInput.objects.exists()


def test_a_visitors_session_tells_how_long_it_lives_and_can_be_prolonged(clock: Clock, own: Case) -> None:
    browser = browser_in(own)
    assert 'class="session-end"' in browser.get(reverse("case_contact")).content.decode()
    clock.shift(timedelta(minutes=29))
    assert browser.get(reverse("session_left")).json() == {"seconds": 120, "can_stay": True}
    assert browser.post(reverse("stay")).json() == {"seconds": 31 * 60, "can_stay": True}
    clock.shift(timedelta(minutes=31))
    assert browser.get(reverse("session_left")).json() == {"seconds": 0, "can_stay": False}


@pytest.mark.parametrize("after", [timedelta(0), timedelta(minutes=32)])
def test_a_form_of_another_case_cannot_be_sent_into_the_case_that_was_opened_since(
    after: timedelta, clock: Clock, own: Case
) -> None:
    browser = Client(enforce_csrf_checks=True)
    other = CaseFactory(chamber=own.chamber, submitted=True)
    enters(browser, own)
    token = str(browser.get(reverse("case")).context["csrf_token"])
    clock.shift(after)
    enters(browser, other)
    headers = {"Origin": "http://testserver"}
    typed = {"text": "自分の質問です。", "csrfmiddlewaretoken": token}
    assert browser.post(reverse("write_to_chamber"), typed, headers=headers).status_code == 403
    assert not CaseMessage.objects.exists()
    typed["csrfmiddlewaretoken"] = str(browser.get(reverse("case")).context["csrf_token"])
    assert browser.post(reverse("write_to_chamber"), typed, headers=headers).status_code == 302
    assert CaseMessage.objects.get().case == other


def test_what_a_second_tab_sends_is_kept_too(clock: Clock, own: Case) -> None:
    """The first answer has begun another session, which says why the one before is over."""
    browser = browser_in(own)
    browser.get(sent_too_late(browser, clock)["Location"])
    answer = browser.post(reverse("case_company"), {"company_name": "株式会社打ちかけ"})
    assert answer["Location"] == f"{reverse('resume')}?kept=1"
    assert KeptInput.objects.count() == 2


def test_a_case_that_can_be_changed_no_longer_opens_at_its_overview(clock: Clock, own: Case) -> None:
    browser = browser_in(own)
    sent_too_late(browser, clock)
    services.submit(own, by=None)
    assert enters(browser, own)["Location"] == reverse("case")
