"""The hold that two credential changes within 72 hours put on a signer."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from signers import services
from signers.models import CredentialChange, Signer
from tests.conftest import Company, log_in_with, queries_of


def hold(company: Company) -> Signer:
    """The administrator has changed the signer's mailbox and password."""
    services.change_email(company.signer_row, "taken-over@example.jp", by=company.administrator)
    services.change_password(company.signer_row, "atarashii kotoba", by=company.administrator)
    return company.signer_row


@pytest.fixture
def client(reviewer: Account) -> Client:
    """The clerk's browser."""
    return log_in_with(reviewer)


def url(signer: Signer) -> str:
    return reverse("hold", args=[signer.account.public_id])


def test_the_page_says_who_changed_what_when(client: Client, company: Company) -> None:
    before = company.signer.email
    signer = hold(company)
    seen = client.get(url(signer)).content.decode()
    for said in (
        before,
        "taken-over@example.jp",
        "メールアドレス",
        "パスワード",
        company.administrator.login_id,
        company.registration.telephone,
        company.registration.company_name,
    ):
        assert said in seen, said
    assert "atarashii kotoba" not in seen


def test_the_clerk_releases_the_hold(client: Client, company: Company) -> None:
    signer = hold(company)
    assert client.post(url(signer))["Location"] == reverse("desk")
    signer.refresh_from_db()
    assert not signer.is_held
    seen = client.get(url(signer)).content.decode()
    assert "現在保留されていません。" in seen
    assert "保留を解除する" not in seen


def test_releasing_what_is_not_held_is_refused(client: Client, company: Company) -> None:
    assert client.post(url(company.signer_row)).status_code == 409


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_chambers_hold_looks_like_none(method: str, client: Client, stranger: Company) -> None:
    signer = hold(stranger)
    hidden, absent = (
        getattr(client, method)(reverse("hold", args=[key])) for key in (signer.account.public_id, uuid4())
    )
    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content
    assert dict(hidden.headers) == dict(absent.headers)
    signer.refresh_from_db()
    assert signer.is_held


def test_only_signers_are_held(client: Client, company: Company) -> None:
    for account in (company.administrator, company.sub_id):
        assert client.get(reverse("hold", args=[account.public_id])).status_code == 404


def test_companies_and_visitors_stay_outside(company: Company, visitor: Client) -> None:
    signer = hold(company)
    for account in (company.administrator, company.signer, company.sub_id):
        account.refresh_from_db()
        assert log_in_with(account).post(url(signer)).status_code == 403
    assert visitor.get(url(signer))["Location"].startswith(reverse("login"))
    assert visitor.post(url(signer))["Location"] == reverse("login")
    signer.refresh_from_db()
    assert signer.is_held


def test_the_same_questions_are_asked_for_one_change_and_for_thirty(client: Client, company: Company) -> None:
    signer = hold(company)
    few = queries_of(client, url(signer))
    for _each in range(30):
        CredentialChange.objects.create(signer=signer, what="password", changed_by=company.administrator)
    assert queries_of(client, url(signer)) == few
