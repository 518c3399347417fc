"""The example companies are the manual's, and its first steps can be taken with them."""

import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Account, Kind
from chambers.models import Chamber
from demo.companies import PASSWORD, load
from signers.models import Signer
from trade_registration.models import TradeRegistration


@pytest.fixture
def loaded(db: None) -> None:
    load()


def log_in(client: Client, code: str, login_id: str, password: str) -> str:
    typed = {"chamber_code": code, "login_id": login_id, "password": password}
    return client.post(reverse("login"), typed, follow=True).request["PATH_INFO"]


def test_the_manuals_company(loaded: None) -> None:
    registration = TradeRegistration.objects.get(registration_number="801000005")
    today = timezone.localdate()
    assert (registration.chamber.code, registration.chamber.name) == ("801", "新潟商工会議所")
    assert (registration.company_name, registration.company_name_en) == ("株式会社新潟CCI貿易", "Niigata cci")
    assert registration.address_en == "niigatashi"
    assert registration.is_member
    assert registration.get_registration_type_display() == "申請者"
    assert registration.registered_on == registration.certificate_issued_on == today
    assert registration.valid_until == dt.date(today.year + 2, today.month, min(today.day, 28)) or (
        registration.valid_until == today.replace(year=today.year + 2)
    )


def test_the_manuals_signer(loaded: None) -> None:
    signer = Signer.objects.get(registration__registration_number="801000005")
    account = signer.account
    assert (account.name, signer.name_en, signer.user_number) == ("会議所 太郎", "kaigisho taro", 1)
    assert account.login_id == "X0qFBLTmNkhG"
    assert not account.has_logged_in
    assert account.email.endswith("example.jp")
    with Image.open(io.BytesIO(signer.specimen)) as specimen:
        assert specimen.format == "PNG"
        assert specimen.getextrema()[3] == (0, 255)


def test_the_manuals_administrator_comes_to_the_change_of_the_password(loaded: None) -> None:
    assert log_in(Client(), "801", "uBoKtvlEe8JM", "XQ83y4D8HGpL") == reverse("change_password")
    assert log_in(Client(), "802", "uBoKtvlEe8JM", "XQ83y4D8HGpL") == reverse("login")


def test_two_more_companies_at_two_chambers_each_with_signers_and_sub_ids(loaded: None) -> None:
    assert Chamber.objects.count() == 2
    others = TradeRegistration.objects.exclude(registration_number="801000005")
    assert sorted(others.values_list("chamber__code", flat=True)) == ["801", "802"]
    for registration in others:
        kinds = sorted(registration.accounts.values_list("kind", flat=True))
        assert kinds == sorted([Kind.ADMINISTRATOR, *[Kind.SIGNER] * 2, *[Kind.SUB_USER] * 2])


@pytest.mark.parametrize("login_id", ["echigoAdmin", "echigoSigner1", "echigoSub2"])
def test_the_old_customers_come_straight_to_the_menu(loaded: None, login_id: str) -> None:
    assert log_in(Client(), "801", login_id, PASSWORD) == reverse("menu")


def test_loading_again_changes_nothing_and_prints_the_ids(db: None) -> None:
    prints = []
    for _time in range(2):
        out = io.StringIO()
        call_command("load_demo", stdout=out)
        prints.append(out.getvalue())
        Account.objects.get_queryset().filter(login_id="echigoAdmin").update(name="改名 済子")
    assert "801  uBoKtvlEe8JM    XQ83y4D8HGpL" in prints[0]
    assert len(prints[0].splitlines()) == len(prints[1].splitlines()) == 16
    assert Account.objects.get_queryset().staff().count() == 4
    assert Account.objects.get(login_id="echigoAdmin").name == "改名 済子"
    assert TradeRegistration.objects.count() == 9


def test_a_database_with_other_companies_is_left_alone(company: object) -> None:
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    assert out.getvalue() == ""
    assert TradeRegistration.objects.count() == 1
