"""A list that shows only its newest rows says so, and leads to the others."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from audit.services import record
from casework.dossier import MOST_EARLIER
from casework.models import Case
from signers.models import CredentialChange
from tests.casework.factories import CaseFactory
from tests.conftest import Company
from tests.factories import TradeRegistrationFactory

NEWEST = f"新しい{MOST_EARLIER}件だけを表示しています。"


@pytest.fixture
def client(reviewer: Account, browser_of: Callable[[Account], Client]) -> Client:
    return browser_of(reviewer)


@pytest.fixture
def submitted(company: Company) -> Case:
    """A new registration that waits for the chamber."""
    return CaseFactory(chamber=company.chamber, submitted=True)


@pytest.mark.parametrize("more", [0, 1])
def test_earlier_cases(more: int, client: Client, submitted: Case) -> None:
    for number in range(MOST_EARLIER + more):
        CaseFactory(chamber=submitted.chamber, submitted=True, complete=False, receipt_number=f"E-{number:03d}")
    page = client.get(reverse("staff_case", args=[submitted.public_id]))
    said = page.content.decode()
    assert (NEWEST in said) == bool(more)
    assert len(page.context["earlier"].rows) == MOST_EARLIER
    if more:
        for term in (submitted.company_name, submitted.registration_case.contact_email):
            found = client.get(reverse("companies"), {"group": "cases", "q": term}).content.decode()
            assert submitted.receipt_number in found
        assert "?group=cases" in said


@pytest.mark.parametrize("more", [0, 1])
def test_registrations_of_the_same_name(more: int, client: Client, submitted: Case) -> None:
    for _each in range(MOST_EARLIER + more):
        TradeRegistrationFactory(chamber=submitted.chamber, company_name=submitted.company_name)
    said = client.get(reverse("staff_case", args=[submitted.public_id])).content.decode()
    assert (NEWEST in said) == bool(more)
    assert ("?group=companies" in said) == bool(more)


def test_changes_of_a_held_signer(client: Client, company: Company) -> None:
    signer = company.signer_row
    for number in range(51):
        CredentialChange.objects.create(
            signer=signer, what="email", changed_by=company.administrator, new_email=f"no{number}@example.jp"
        )
    address = reverse("hold", args=[company.signer.public_id])
    shown = client.get(address)
    following = client.get(address + shown.context["changes"].next_address)
    first, second = shown.content.decode(), following.content.decode()
    assert "検索件数: 51" in first
    assert "no0@example.jp" not in first
    assert "no0@example.jp" in second


def test_the_record_of_a_registration(client: Client, company: Company) -> None:
    registration = company.registration
    for action in ["registration.registered", *["registration.contact_changed"] * 50]:
        record(action, chamber=company.chamber, actor=company.administrator, subject=registration)
    address = reverse("staff_registration", args=[registration.registration_number])
    first = client.get(address).context["history"]
    second = client.get(address + first.page.next_address).context["history"]
    assert [each.what for each in first.acts] == ["連絡先の変更"] * 50
    assert [each.what for each in second.acts] == ["貿易登録"]
    assert "検索件数: 51" in client.get(address).content.decode()
