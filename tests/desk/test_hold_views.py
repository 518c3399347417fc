"""The clerk's pages about a hold: whom to call, and both answers."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from signers import services
from signers.models import CredentialChange, Signer
from tests.conftest import Company, log_in_with, queries_of
from tests.signers.test_holds import comes_in
from trade_registration import services as registrations

SAID = {"reason": "総務部 山田様。本人が頼んだとのこと。"}


def hold(company: Company) -> Signer:
    """Somebody has come in as the signer by the mailbox that the administrator gave it."""
    signer = company.signer_row
    services.issue_passwords([signer], by=company.administrator)
    services.change_email(signer, "taken-over@example.jp", by=company.administrator)
    comes_in(signer)
    return signer


@pytest.fixture
def client(reviewer: Account) -> Client:
    """The clerk's browser."""
    return log_in_with(reviewer)


def url(signer: Signer) -> str:
    return reverse("hold", args=[signer.account.public_id])


def test_the_page_says_who_did_what_when_and_which_number_to_call(client: Client, company: Company) -> None:
    before = company.signer.email
    CredentialChange.objects.create(signer=company.signer_row, what="certificate", changed_by=company.administrator)
    signer = hold(company)
    seen = client.get(url(signer)).content.decode()
    for said in (
        before,
        "taken-over@example.jp",
        "メールアドレスの変更",
        "署名登録証の発行(初期パスワードの印字)",
        company.administrator.login_id,
        company.registration.telephone,
        company.registration.company_name,
        "管理者が設定したアドレスまたはパスワードでのログイン",
    ):
        assert said in seen, said
    assert "パスワードの設定" not in seen


def test_the_desk_says_why_somebody_waits_and_asks_for_an_answer_of_either_kind(
    client: Client, company: Company
) -> None:
    signer = hold(company)
    seen = client.get(reverse("desk")).content.decode()
    assert url(signer) in seen
    assert "管理者が設定したメールアドレスまたはパスワードで、ログインがあった署名者です。" in seen
    assert "問題がなければ解除" not in seen


def test_the_number_to_call_is_the_one_before_a_change_within_thirty_days(client: Client, company: Company) -> None:
    asked = company.registration.telephone
    registrations.change_contact(company.registration, by=company.administrator, telephone="090-0000-0000")
    signer = hold(company)
    for name in ("hold", "stop_signer"):
        seen = client.get(reverse(name, args=[signer.account.public_id])).content.decode()
        assert asked in seen
        assert "090-0000-0000" not in seen
        assert "30日以内に変更されている" in seen


@pytest.mark.parametrize("name", ["hold", "stop_signer"])
def test_an_answer_says_with_whom_the_clerk_spoke(name: str, client: Client, company: Company) -> None:
    signer = hold(company)
    form = client.post(reverse(name, args=[signer.account.public_id]), {"reason": " "}).context["form"]
    assert "電話で話した相手" in form.errors["reason"][0]
    signer.refresh_from_db()
    assert signer.is_held


def test_the_clerk_releases_the_hold(client: Client, company: Company) -> None:
    signer = hold(company)
    assert client.post(url(signer), SAID)["Location"] == reverse("desk")
    signer.refresh_from_db()
    assert not signer.is_held
    seen = client.get(url(signer)).content.decode()
    assert "現在保留されていません。" in seen
    assert "保留を解除する" not in seen
    assert SAID["reason"] in seen


def test_the_clerk_answers_that_it_was_not_the_person_and_is_asked_first(client: Client, company: Company) -> None:
    signer = hold(company)
    theirs = log_in_with(signer.account, mailbox_proved=True)
    page = reverse("stop_signer", args=[signer.account.public_id])
    assert page in client.get(url(signer)).content.decode()
    assert "停止しますか" in client.get(page).content.decode()
    assert client.post(page, SAID)["Location"] == reverse("desk")
    assert theirs.get(reverse("menu"))["Location"].startswith(reverse("login"))
    assert "停止しています" in client.get(url(signer)).content.decode()
    assert client.get(page).status_code == client.post(page, SAID).status_code == 409
    shown = client.get(reverse("staff_registration", args=[company.registration.registration_number]))
    assert "停止中" in shown.content.decode()


def test_releasing_what_is_not_held_is_refused(client: Client, company: Company) -> None:
    assert client.post(url(company.signer_row), SAID).status_code == 409


@pytest.mark.parametrize("name", ["hold", "stop_signer"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_chambers_hold_looks_like_none(method: str, name: str, client: Client, stranger: Company) -> None:
    signer = hold(stranger)
    hidden, absent = (
        getattr(client, method)(reverse(name, args=[key]), SAID) for key in (signer.account.public_id, uuid4())
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
        browser = log_in_with(account)
        assert browser.post(url(signer), SAID).status_code == 403
        assert browser.post(reverse("stop_signer", args=[signer.account.public_id]), SAID).status_code == 403
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
