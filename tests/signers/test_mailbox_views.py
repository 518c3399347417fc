"""「メールアドレス認証が必要です。」 and メールアドレスの確認."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from email_verification.services import latest_to_present_address, send_first_code, send_new_code, void_open_code
from tests.conftest import Company

Open = Callable[[Account], Client]
WRONG = f"1731679350.0-{'0' * 32}"


@pytest.fixture
def newcomer(company: Company) -> Account:
    company.signer.email_verified_at = None
    company.signer.email = "souma-n@example.jp"
    company.signer.save()
    return company.signer


def entered(client: Client, code: str) -> str:
    return client.post(reverse("enter_code"), {"code": code}).content.decode()


def test_the_right_code_leads_to_the_menu(newcomer: Account, browser_of: Open) -> None:
    client = browser_of(newcomer)
    client.get(reverse("enter_code"))
    verification = latest_to_present_address(newcomer)
    assert verification
    response = client.post(reverse("enter_code"), {"code": verification.code}, follow=True)
    assert "メールアドレスを確認しました。" in response.content.decode()


def test_wrong_old_and_expired_codes_each_have_their_own_sentence(newcomer: Account, browser_of: Open) -> None:
    client = browser_of(newcomer)
    with time_machine.travel(timezone.now() - timedelta(minutes=2), tick=False):
        old = send_first_code(newcomer).code
    assert "メールの確認コードをすべてコピーして" in entered(client, "1")
    assert "確認コードが正しくありません" in entered(client, WRONG)
    send_new_code(newcomer)
    assert "最後に届いたメールの確認コードを入力してください" in entered(client, old)
    newest = latest_to_present_address(newcomer)
    assert newest
    with time_machine.travel(timezone.now() + timedelta(hours=73), tick=False):
        assert "有効期間(72時間)が過ぎています" in entered(browser_of(newcomer), newest.code)
    for _try in range(10):
        page = entered(browser_of(newcomer), WRONG)
    assert "入力の誤りが10回に達した" in page


def test_the_page_says_that_a_code_was_sent_only_when_one_was(newcomer: Account, browser_of: Open) -> None:
    client = browser_of(newcomer)
    for _each in range(5):
        assert "確認コードをメールにて送信しました。" in client.get(reverse("enter_code")).content.decode()
        void_open_code(newcomer)
    page = client.get(reverse("enter_code")).content.decode()
    assert "確認コードをメールにて送信しました。" not in page
    assert "本日送信できる回数(5回)に達しました" in page


def test_the_address_is_shown_masked(newcomer: Account, browser_of: Open) -> None:
    page = browser_of(newcomer).get(reverse("check_address")).content.decode()
    assert "so•••••@example.jp" in page
    assert "souma-n@" not in page


@pytest.mark.parametrize(
    ("who", "whom"),
    [("administrator", "TEL 025-290-4209"), ("signer", "貴社の管理者"), ("sub_id", "サブIDを作成した署名者")],
)
def test_the_page_says_whom_to_ask_when_the_address_is_wrong(
    who: str, whom: str, company: Company, browser_of: Open
) -> None:
    account: Account = getattr(company, who)
    account.email_verified_at = None
    account.save()
    assert whom in browser_of(account).get(reverse("check_address")).content.decode()


def test_a_new_code_can_be_sent_until_the_days_codes_are_used_up(newcomer: Account, browser_of: Open) -> None:
    client = browser_of(newcomer)
    client.get(reverse("enter_code"))
    for _each in range(4):
        assert client.post(reverse("check_address")).status_code == 302
    assert "本日送信できる回数(5回)に達しました" in client.post(reverse("check_address")).content.decode()
    assert "新しい確認コードを送信</button>" not in client.get(reverse("check_address")).content.decode()


@pytest.mark.parametrize("name", ["menu", "change_password", "sub_ids"])
def test_before_the_proof_every_page_leads_to_it(name: str, newcomer: Account, browser_of: Open) -> None:
    response = browser_of(newcomer).get(reverse(name))
    assert response.status_code == 302
    assert response["Location"] == reverse("enter_code")
