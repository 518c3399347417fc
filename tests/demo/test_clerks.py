"""The example clerks come in with the code that the demo shows, and work waits for them."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from casework.models import Case
from demo import clerks
from demo.companies import load_with_cases
from signers.models import Signer
from trade_registration.models import TradeRegistration


@pytest.fixture
def loaded(db: None) -> None:
    load_with_cases()


def code_shown(login_id: str) -> str:
    page = Client().get(reverse("dev_codes")).content.decode()
    found = re.search(rf"{login_id}.*?>(\d{{6}})<", page, re.DOTALL)
    assert found
    return found[1]


def test_a_clerk_comes_to_the_desk_with_the_code_that_is_shown(loaded: None) -> None:
    client = Client()
    typed = {"chamber_code": "801", "login_id": "niigataManager", "password": clerks.PASSWORD}
    assert client.post(reverse("login"), typed, follow=True).request["PATH_INFO"] == reverse("enter_second_factor")
    code = code_shown("niigataManager")
    answer = client.post(reverse("enter_second_factor"), {"code": code}, follow=True)
    assert answer.request["PATH_INFO"] == reverse("desk")
    assert "株式会社越後物産" in answer.content.decode()


def test_only_the_example_clerks_codes_are_shown(loaded: None) -> None:
    shown = {account.login_id for account, _code in clerks.codes()}
    assert shown == {"niigataManager", "niigataClerk", "minatoManager", "minatoClerk"}


def test_every_kind_of_work_waits_at_the_first_desk_only(loaded: None) -> None:
    clerk, other = (Account.objects.get_queryset().get(login_id=each) for each in ("niigataClerk", "minatoClerk"))
    waiting = Case.objects.visible_to(clerk).awaiting_examination()
    assert [(case.kind, case.is_corrected) for case in waiting] == [("new", False), ("new", True), ("change", False)]
    assert Case.objects.visible_to(clerk).filter(status=Case.Status.RETURNED).count() == 1
    assert Signer.objects.visible_to(clerk).held().count() == 1
    assert not Case.objects.visible_to(other).exists()
    numbers = TradeRegistration.objects.visible_to(clerk).values_list("registration_number", flat=True)
    assert {number[:3] for number in numbers} == {"801"}
