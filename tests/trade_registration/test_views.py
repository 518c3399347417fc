"""登録内容/署名者確認 and the 貿易登録証."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import initial_passwords
from accounts.models import Account
from tests.conftest import Company, without_password
from tests.factories import AccountFactory
from tests.support.pdf import text_of

Open = Callable[[Account], Client]


def certificate_of(client: Client) -> str:
    response = client.get(reverse("registration_certificate"))
    return text_of(response.content)


def test_the_overview_shows_the_registration_and_the_warning(company: Company, browser_of: Open) -> None:
    page = browser_of(company.administrator).get(reverse("registration")).content.decode()
    for said in (
        company.registration.registration_number,
        company.registration.company_name,
        company.registration.company_name_en,
        "貿易登録証印刷",
        "署名登録証印刷",
        "【注意事項】",
        "戻る",
    ):
        assert said in page, said


def test_the_certificate_bears_every_field_of_the_manual(company: Company, browser_of: Open) -> None:
    page = certificate_of(browser_of(company.administrator))
    row = company.registration
    for said in (
        "貿易登録証",
        row.company_name,
        row.registration_number,
        "会員",
        "申請者",
        "Niigatacci",
        row.address_en,
        row.chamber.code,
        company.administrator.login_id,
        f"{row.valid_until.year}年{row.valid_until.month}月{row.valid_until.day}日",
    ):
        assert said in page, said


def test_the_certificate_names_the_companies_site_whoever_prints_it(
    company: Company, reviewer: Account, browser_of: Open, settings: Any
) -> None:
    """The clerks may have a site of their own."""
    settings.ECO_ORIGIN, settings.ECO_COMPANY_ORIGIN = "https://staff.example.jp", "https://companies.example.jp"
    number = company.registration.registration_number
    printed = browser_of(reviewer).get(reverse("staff_certificate_pdf", args=[number]))
    said = text_of(printed.content)
    assert "https://companies.example.jp" in said
    assert "staff.example.jp" not in said


def test_a_changed_password_is_printed_as_stars(company: Company, browser_of: Open) -> None:
    assert "管理者初期パスワード*" in certificate_of(browser_of(company.administrator))


@pytest.mark.parametrize(("day", "shown"), [(0, True), (1, False)])
def test_the_initial_password_is_printable_on_its_day_only(day: int, shown: bool, company: Company) -> None:
    administrator = without_password(AccountFactory(registration__chamber=company.chamber, first_time=True))
    noon = timezone.localtime().replace(hour=12, minute=0)
    with time_machine.travel(noon, tick=False):
        initial_passwords.issue(administrator, password="XQ83y4D8HGpL")
    administrator.refresh_from_db()
    with time_machine.travel(noon + timedelta(days=day), tick=False):
        printed = initial_passwords.printable([administrator])[administrator.pk]
    assert printed == ("XQ83y4D8HGpL" if shown else "***")


@pytest.mark.parametrize("name", ["registration", "change_registration", "change_contact"])
def test_no_page_shows_another_company(name: str, company: Company, rival: Company, browser_of: Open) -> None:
    page = browser_of(company.administrator).get(reverse(name)).content.decode()
    assert company.registration.registration_number in page or name == "change_contact"
    assert rival.registration.registration_number not in page
    assert rival.registration.company_name not in page
