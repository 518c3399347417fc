"""Every form over values that somebody else may change while it is open: nothing is overwritten unseen."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Account, Role
from casework.models import Case
from chambers.models import DatedText
from demo.handwriting import draw_signature
from foundation.versions import ChangedMeanwhile, Shown
from tests.casework.conftest import browser_in
from tests.casework.factories import CaseFactory, ready
from tests.conftest import Company, log_in_with
from tests.factories import StaffFactory
from trade_registration import services
from trade_registration.models import TradeRegistration

# address: two fields, each with two new values
FORMS = {
    "change_contact": ("telephone", ("025-111-1111", "025-222-2222"), "contact_name", ("新人 一郎", "新人 二郎")),
    "sub_id": ("name", ("通関 一郎", "通関 二郎"), "", ()),
    "change_profile": ("telephone", ("025-111-1111", "025-222-2222"), "address", ("新潟市1", "新潟市2")),
    "change_windows": ("renewal_opens_days", ("50", "60"), "late_renewal_days", ("10", "20")),
    "case_company": ("company_name", ("株式会社一", "株式会社二"), "representative_name", ("一 郎", "二 郎")),
    "case_contact": ("telephone", ("025-111-1111", "025-222-2222"), "contact_name", ("新人 一郎", "新人 二郎")),
    "case_signer": ("name", ("署名 一郎", "署名 二郎"), "name_en", ("Ichiro", "Jiro")),
}
WITH_TWO = [name for name, (_field, _values, second, _more) in FORMS.items() if second]


class Tabs:
    """One page, opened twice."""

    def __init__(self, browser: Client, address: str) -> None:
        self.browser, self.address = browser, address
        self.older, self.newer = self.open(), self.open()

    def open(self) -> dict[str, Any]:
        return sent_by(self.browser.get(self.address))

    def send(self, page: dict[str, Any], **typed: Any) -> HttpResponse:
        return self.browser.post(self.address, {**page, **typed})


def sent_by(page: HttpResponse) -> dict[str, Any]:
    """What the page's form sends when nothing is touched."""
    form = page.context["form"]
    values = {bound.html_name: bound.value() for bound in form}
    values = {name: value for name, value in values.items() if value is not None and value is not False}
    [shown] = re.findall(r'<input type="hidden" name="shown" value="([^"]*)">', page.content.decode())
    return {**values, "shown": shown}


@pytest.fixture
def tabs(company: Company, manager: Account) -> Callable[[str], Tabs]:
    def of(name: str) -> Tabs:
        if name == "change_contact":
            return Tabs(log_in_with(company.administrator), reverse(name))
        if name == "sub_id":
            return Tabs(log_in_with(company.signer), reverse(name, args=[company.sub_id.public_id]))
        if not name.startswith("case_"):
            return Tabs(log_in_with(manager), reverse(name))
        case = CaseFactory(chamber=ready(company.chamber))
        arguments = [case.registration_case.signers.get().public_id] if name == "case_signer" else []
        return Tabs(browser_in(case), reverse(name, args=arguments))

    return of


@pytest.mark.parametrize("name", WITH_TWO)
def test_changes_of_different_fields_both_stand(name: str, tabs: Callable[[str], Tabs]) -> None:
    one, values, other, others = FORMS[name]
    page = tabs(name)
    assert page.send(page.newer, **{one: values[0]}).status_code == 302
    assert page.send(page.older, **{other: others[0]}).status_code == 302
    now = page.open()
    assert [str(now[one]), str(now[other])] == [values[0], others[0]]


@pytest.mark.parametrize("name", FORMS)
def test_a_field_that_both_change_is_asked_about_with_the_others_value(name: str, tabs: Callable[[str], Tabs]) -> None:
    field, (theirs, mine), *_others = FORMS[name]
    page = tabs(name)
    page.send(page.newer, **{field: theirs})
    asked = page.send(page.older, **{field: mine})
    assert asked.status_code == 200
    [error] = asked.context["form"].errors[field]
    assert f"「{theirs}」に変更されています" in error
    assert str(page.open()[field]) == theirs
    again = sent_by(asked)
    assert again[field] == mine
    assert page.browser.post(page.address, again).status_code == 302
    assert str(page.open()[field]) == mine


@pytest.mark.parametrize("name", FORMS)
def test_the_same_change_in_both_is_no_question(name: str, tabs: Callable[[str], Tabs]) -> None:
    field, (value, _other), *_others = FORMS[name]
    page = tabs(name)
    for each in (page.newer, page.older):
        assert page.send(each, **{field: value}).status_code == 302


def test_a_faulty_field_keeps_what_the_page_had_shown(tabs: Callable[[str], Tabs]) -> None:
    """Shown again because of an error elsewhere, the older page still knows no newer number."""
    page = tabs("change_contact")
    page.send(page.newer, telephone="025-111-1111")
    refused = page.send(page.older, postal_code="?", contact_name="新人 一郎")
    page.browser.post(page.address, {**sent_by(refused), "postal_code": "950-8711"})
    now = page.open()
    assert (now["telephone"], now["contact_name"]) == ("025-111-1111", "新人 一郎")


def test_what_is_left_alone_stays_when_another_field_is_asked_about(tabs: Callable[[str], Tabs]) -> None:
    page = tabs("change_contact")
    page.send(page.newer, telephone="025-111-1111", contact_name="新人 一郎")
    asked = page.send(page.older, telephone="025-222-2222")
    page.browser.post(page.address, sent_by(asked))
    now = page.open()
    assert (now["telephone"], now["contact_name"]) == ("025-222-2222", "新人 一郎")


def test_an_untouched_mailbox_is_not_turned_back(tabs: Callable[[str], Tabs], company: Company) -> None:
    page = tabs("change_contact")
    Account.objects.get_queryset().filter(pk=company.administrator.pk).update(email="new@example.jp")
    answer = page.send(page.older, contact_name="新人 一郎")
    assert answer["Location"] == reverse("change_contact")
    assert Account.objects.get_queryset().get(pk=company.administrator.pk).email == "new@example.jp"


def test_the_comparison_is_made_under_the_lock(company: Company) -> None:
    """Whoever read the page's values before somebody else saved cannot write over them."""
    stale = TradeRegistration.objects.get(pk=company.registration.pk)
    shown = Shown.of({"telephone": stale.telephone})
    services.change_contact(company.registration, by=company.administrator, telephone="025-111-1111")
    with pytest.raises(ChangedMeanwhile) as changed:
        services.change_contact(stale, by=company.administrator, shown=shown, telephone="025-222-2222")
    assert changed.value.present == {"telephone": "025-111-1111"}


def test_a_role_that_somebody_changed_meanwhile_is_asked_about(company: Company, manager: Account) -> None:
    clerk = StaffFactory(chamber=company.chamber)
    page = Tabs(log_in_with(manager), reverse("change_role", args=[clerk.public_id]))
    page.send(page.newer, role=Role.MANAGER)
    assert page.send(page.older).status_code == 302
    clerk.refresh_from_db()
    assert clerk.role == Role.MANAGER


def test_a_seal_that_somebody_replaced_meanwhile_is_asked_about(company: Company, manager: Account) -> None:
    page = Tabs(log_in_with(manager), reverse("change_seal"))

    def picture(word: str) -> SimpleUploadedFile:
        return SimpleUploadedFile("seal.png", draw_signature(word), "image/png")

    page.send(page.newer, picture=picture("one"))
    theirs = company.chamber.seal
    asked = page.send(page.older, picture=picture("two"))
    assert "「別の画像」に変更されています" in asked.content.decode()
    assert company.chamber.seal == theirs


def test_opening_hours_that_somebody_changed_meanwhile_are_asked_about(company: Company, manager: Account) -> None:
    ready(company.chamber)
    page = Tabs(log_in_with(manager), reverse("change_opening_hours"))
    page.send(page.newer, opens_0_1="09:30")
    asked = page.send(page.older, opens_4_1="10:00")
    assert asked.status_code == 200
    [error] = asked.context["form"].non_field_errors()
    assert "月曜日 09:30" in error
    page.browser.post(page.address, sent_by(asked))
    assert str(page.open()["opens_4_1"])[:5] == "10:00"


def test_a_text_whose_newest_version_is_another_is_asked_about(company: Company, manager: Account) -> None:
    ready(company.chamber)
    page = Tabs(log_in_with(manager), reverse("new_chamber_text", args=["guide"]))
    page.send(page.newer, body="あたらしい案内", valid_from="2030-04-01")
    asked = page.send(page.older, body="べつの案内", valid_from="2030-05-01")
    assert "「あたらしい案内」に変更されています" in asked.content.decode()
    assert not DatedText.objects.filter(body="べつの案内").exists()


def test_boxes_ticked_in_two_tabs_stay_ticked(company: Company) -> None:
    case = CaseFactory(chamber=ready(company.chamber))
    case.registration_case.accepted_texts.all().delete()
    page = Tabs(browser_in(case), reverse("case_pledge"))
    first, second, *_others = page.browser.get(page.address).context["form"].fields
    page.send(page.newer, **{first: "on", "later": "1"})
    page.send(page.older, **{second: "on", "later": "1"})
    assert {name for name, value in page.open().items() if value is True} == {first, second}


def test_items_checked_in_two_tabs_stay_checked(company: Company, reviewer: Account) -> None:
    case: Case = CaseFactory(chamber=ready(company.chamber), submitted=True)
    browser = log_in_with(reviewer)
    page = browser.get(reverse("staff_case", args=[case.public_id])).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(version|shown)" value="([^"]*)">', page))
    for item in ("0", "1"):
        browser.post(reverse("tick_case", args=[case.public_id]), {**hidden, "items": [item]})
    assert set(case.ticks.values_list("item", flat=True)) == {0, 1}


def test_every_editing_form_has_its_tabs_here(company: Company) -> None:
    """The forms that know what was shown are those that these tests open."""
    from tests.test_posts import EDITING

    tested = {*FORMS, "change_role", "change_seal", "change_opening_hours", "case_pledge", "tick_case"}
    assert tested - {"change_contact"} == EDITING
