"""What was written into a form that nobody can take any more stands on the page that says so."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from casework import examination, services
from casework.models import Case
from registration_cases import filling_in
from tests.casework.conftest import browser_in
from tests.casework.factories import CaseFactory, change_of, ready
from tests.conftest import Company, log_in_with
from tests.factories import StaffFactory

WRITTEN = "登記と番地が違います。\n3枚目もご確認ください。"
SHOWN = "登記と番地が違います。<br>3枚目もご確認ください。"
NOT_SAVED = "次の内容は保存されていません"


def test_a_clerks_remarks_when_a_colleague_has_the_case_by_now(company: Company, reviewer: Account) -> None:
    case = CaseFactory(chamber=ready(company.chamber), submitted=True)
    browser = log_in_with(reviewer)
    address = reverse("return_case", args=[case.public_id])
    assert browser.get(address).status_code == 200
    examination.leave(case, by=reviewer)
    examination.take(case, by=StaffFactory(chamber=company.chamber))
    answer = browser.post(
        address, {"remark-field-address_en": WRITTEN, "remark-case": "", "remark-field-contact_name": "OK。"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert all(words in page for words in (NOT_SAVED, SHOWN, "OK。"))
    assert not case.remarks.exists()


def test_a_companys_message_when_the_case_is_decided_by_now(company: Company) -> None:
    case = change_of(company.registration, submitted=True)
    browser = log_in_with(company.administrator)
    assert browser.get(reverse("case")).status_code == 200
    services.withdraw(case, by=company.administrator)
    answer = browser.post(reverse("write_to_chamber"), {"text": WRITTEN})
    assert answer.status_code == 409
    assert SHOWN in answer.content.decode()


def test_a_form_of_fields_when_the_case_was_sent_in_another_tab(company: Company) -> None:
    case = CaseFactory(chamber=ready(company.chamber))
    browser = browser_in(case)
    services.submit(case, by=None)
    answer = browser.post(reverse("case_company"), {"company_name": "株式会社別名", "is_member": "True", "later": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "株式会社別名" in page
    assert "True" not in page.partition(NOT_SAVED)[2]


def test_a_signer_who_was_dropped_in_another_tab(company: Company) -> None:
    case = CaseFactory(chamber=ready(company.chamber))
    signer, browser = case.registration_case.signers.get(), browser_in(case)
    address = reverse("case_signer", args=[signer.public_id])
    assert browser.get(address).status_code == 200
    filling_in.drop_signer(signer, by=None)
    answer = browser.post(address, {"name": "署名 次郎", "name_en": "Jiro Shomei"})
    assert answer.status_code == 404
    assert all(words in answer.content.decode() for words in (NOT_SAVED, "署名 次郎", "Jiro Shomei"))


@pytest.mark.urls("tests.eco_portal.urls")
def test_neither_secrets_nor_what_was_sent_to_nobody_stands_there(db: None) -> None:
    typed = {"new_password": "himitsu-no-kotoba", "code": "1731679350.0-86be", "reason": "<b>調査</b>"}
    for path, is_shown in (("/fails/409/", True), ("/fails/503/", True), ("/no/such/page/", False)):
        page = Client(raise_request_exception=False).post(path, typed).content.decode()
        assert ("&lt;b&gt;調査" in page) == is_shown
        assert not any(words in page for words in ("himitsu", "86be", "<b>調査"))


def test_a_page_that_was_only_opened_says_nothing_of_it(company: Company) -> None:
    case: Case = CaseFactory(chamber=ready(company.chamber), submitted=True)
    answer = browser_in(case).get(reverse("case_company"))
    assert answer.status_code == 409
    assert NOT_SAVED not in answer.content.decode()
