"""The chamber's clerks: the first manager's link, the second factor, a reviewer, and help for a lost telephone."""

from base64 import b32decode
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.utils import timezone
from django_otp.oath import totp
from pytest_django import Settings

from tests.accounts.test_commands import add_chamber
from tests.journeys.conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MANAGERS_OWN = "sakura no hana ga saku koro"
REVIEWERS_OWN = "hashi no ue kara mieru fune"
Delivered = Callable[[], list[EmailMessage]]


def chooses_password(clerk: Person, link: str, password: str, picture: str) -> None:
    clerk.page.goto(link)
    clerk.sees("パスワードを設定してください。")
    clerk.looks_at(picture)
    clerk.fills(new_password=password, new_password_again=password)
    clerk.clicks("パスワードを設定")
    clerk.sees("続けてログインし、二段階認証を設定してください。")


def types_code(clerk: Person, key: str, button: str, answer: str, *, later: timedelta = timedelta()) -> None:
    """Types what a telephone with this key (base 32) shows, and sends it. A code lives for a minute: the clock stands until
    the answer is there, however slow the machine is. A code counts once: a second one is shown a minute later."""
    with time_machine.travel(timezone.now() + later, tick=False):
        clerk.fills(code=f"{totp(b32decode(key)):06}")
        clerk.clicks(button)
        clerk.sees(answer)


def sets_telephone_up(clerk: Person) -> str:
    """Types the key that the page shows into a telephone, and its code into the page; returns the key."""
    clerk.sees("二段階認証の設定")
    key = clerk.page.locator(".steps .identifier").inner_text().replace(" ", "")
    types_code(clerk, key, "設定する", "二段階認証を設定しました。")
    return key


def link_to(address: str, mails: list[EmailMessage]) -> str:
    (body,) = [mail.body for mail in mails if mail.to == [address] and "職員ID" in mail.subject]
    return next(line for line in body.splitlines() if line.startswith("http"))


def test_a_chamber_starts_with_its_manager_and_takes_in_a_reviewer(
    sit_down: Callable[[], Person], delivered: Delivered, settings: Settings
) -> None:
    manager = sit_down()
    settings.ECO_ORIGIN = settings.ECO_COMPANY_ORIGIN = manager.home
    link = add_chamber()

    # The manager's first login.
    chooses_password(manager, link, MANAGERS_OWN, "staff-invitation")
    manager.page.goto(link)
    manager.sees("このリンクは使えません")
    manager.faults.clear()  # the browser reports the 410 itself
    manager.looks_at("staff-invitation-dead")
    manager.logs_in("803", "sakura.hana", MANAGERS_OWN)
    manager.goes_to("/staff/clerks/")
    manager.sees("二段階認証の設定")
    manager.looks_at("staff-set-up")
    manager.fills(code="000000")
    manager.clicks("設定する")
    manager.sees("認証コードが正しくない")
    manager.looks_at("staff-set-up-refused")
    managers_key = sets_telephone_up(manager)
    assert len(manager.page.locator(".codes li").all()) == 10
    manager.page.get_by_role("button", name="印刷", exact=True).wait_for()
    manager.looks_at("staff-recovery-codes")
    manager.clicks("保管しました。審査デスクへ", role="link")
    manager.arrives_at("/staff/")
    manager.sees("桜 花(責任者)")

    # A reviewer is invited, first with a wrong address.
    manager.clicks("職員管理", role="link")
    manager.clicks("職員を招待", role="link")
    manager.looks_at("staff-invite")
    manager.fills(name="港 五郎", login_id="sakura.hana", email="goro")
    manager.clicks("招待メールを送信")
    manager.sees("このIDはすでに使われています")
    manager.looks_at("staff-invite-refused")
    manager.fills(login_id="sakura.goro", email="wrong@sakura.example.jp")
    manager.page.select_option("[name=role]", "reviewer")
    manager.clicks("招待メールを送信")
    manager.sees("港 五郎 さんに招待メールをお送りします。")
    assert link_to("wrong@sakura.example.jp", delivered())
    manager.looks_at("staff-clerks")
    manager.clicks("港 五郎 の詳細", role="link")
    manager.looks_at("staff-clerk-invited")
    manager.clicks("招待メールを再送", role="link")
    manager.looks_at("staff-invite-again")
    manager.fills(email="goro@sakura.example.jp", current_password=MANAGERS_OWN)
    manager.clicks("招待メールを再送")
    manager.sees("招待メールをもう一度お送りします。")

    # The reviewer's first login.
    reviewer = sit_down()
    chooses_password(
        reviewer, link_to("goro@sakura.example.jp", delivered()), REVIEWERS_OWN, "staff-invitation-reviewer"
    )
    reviewer.logs_in("803", "sakura.goro", REVIEWERS_OWN)
    sets_telephone_up(reviewer)
    recovery_code = reviewer.page.locator(".codes li").first.inner_text()
    reviewer.clicks("保管しました。審査デスクへ", role="link")
    reviewer.sees("港 五郎(審査担当)")
    assert "職員管理" not in reviewer.page.inner_text("body")

    # The reviewer has left the telephone at home: a recovery code, and back to the page that was wanted.
    reviewer.logs_out()
    reviewer.goes_to("/staff/companies/")
    reviewer.fills(chamber_code="803", login_id="sakura.goro", password=REVIEWERS_OWN)
    reviewer.clicks("ログイン")
    reviewer.sees("認証アプリに表示されている6桁のコードを入力してください。")
    reviewer.looks_at("staff-second-factor")
    reviewer.fills(code="123456")
    reviewer.clicks("確認")
    reviewer.looks_at("staff-second-factor-refused")
    reviewer.fills(code=recovery_code)
    reviewer.clicks("確認")
    reviewer.arrives_at("/staff/companies/")

    # The telephone is lost for good: the manager resets the second factor.
    manager.page.reload()
    manager.looks_at("staff-clerk")
    manager.clicks("二段階認証を解除", role="link")
    manager.looks_at("staff-reset-second-factor")
    manager.clicks("解除する")
    manager.sees("二段階認証を解除しました。")
    assert [mail.to for mail in delivered() if "解除" in mail.subject] == [["goro@sakura.example.jp"]]
    reviewer.goes_to("/staff/companies/")
    reviewer.sees("二段階認証が解除されたため、ログアウトしました。")
    reviewer.looks_at("staff-login-after-reset")
    reviewer.fills(chamber_code="803", login_id="sakura.goro", password=REVIEWERS_OWN)
    reviewer.clicks("ログイン")
    sets_telephone_up(reviewer)

    # The manager's own settings.
    manager.clicks("ユーザー設定", role="link")
    manager.looks_at("staff-user-settings")
    manager.clicks("リカバリーコードの再発行", role="link")
    manager.sees("残っているリカバリーコードは 10 個です。")
    manager.looks_at("staff-renew-recovery-codes")
    renewed = "新しいリカバリーコードを発行しました。"
    types_code(manager, managers_key, "再発行", renewed, later=timedelta(minutes=1))
    manager.looks_at("staff-recovery-codes-renewed")
    manager.goes_to("/password/")
    manager.looks_at("staff-change-password")

    # The reviewer becomes a manager, and is removed: the next click is refused.
    manager.clicks("職員管理", role="link")
    manager.clicks("桜 花 の詳細", role="link")
    manager.sees("ほかの責任者に依頼してください。")
    manager.looks_at("staff-clerk-oneself")
    manager.goes_to("/staff/clerks/")
    manager.clicks("港 五郎 の詳細", role="link")
    manager.clicks("役割を変更", role="link")
    manager.looks_at("staff-change-role")
    manager.page.select_option("[name=role]", "manager")
    manager.clicks("変更")
    manager.sees("役割を変更しました。")
    reviewer.goes_to("/staff/")
    reviewer.sees("港 五郎(責任者)")
    manager.clicks("この職員IDを削除", role="link")
    manager.looks_at("staff-remove")
    manager.clicks("削除する")
    manager.sees("港 五郎 さんのIDを削除しました。")
    reviewer.goes_to("/staff/")
    reviewer.sees("このIDは現在ご利用になれません。")

    # The only manager loses the telephone: the operator helps.
    call_command("reset_second_factor", "803", "sakura.hana")
    manager.goes_to("/staff/")
    manager.logs_in("803", "sakura.hana", MANAGERS_OWN)
    sets_telephone_up(manager)
