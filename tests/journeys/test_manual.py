"""The chamber's manual, from the first login of the administrator to the signer's menu, in one go."""

from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage

from accounts.models import Account
from demo.companies import PASSWORD, load
from tests.journeys.conftest import Person
from tests.support.pdf import text_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADMINISTRATORS_OWN = "niji no hashi wo wataru"
SIGNERS_OWN = "umi wo koete todoku hako"


def test_the_whole_manual(sit_down: Callable[[], Person], code_mailed: Callable[[str], str]) -> None:
    load()

    # Page 3: the administrator logs in with the paper's password and changes it.
    administrator = sit_down()
    administrator.goes_to("/")
    administrator.sees("貿易関係証明発給システムへようこそ")
    administrator.looks_at("login")
    administrator.logs_in("801", "uBoKtvlEe8JM", "wrong password")
    administrator.sees("ログインできませんでした")
    administrator.looks_at("login-refused")
    administrator.logs_in(" ８０１ ", "ｕBoKtvlEe8JM", "XQ83y4D8HGpL")  # full width, spaces: forgiven
    administrator.sees("パスワード変更")
    administrator.looks_at("change-password-first")
    administrator.goes_to("/menu/")
    administrator.sees("現在のパスワード")
    administrator.fills(current_password="XQ83y4D8HGpL", new_password="short", new_password_again="short")
    administrator.clicks("更新")
    administrator.looks_at("change-password-refused")
    administrator.fills(
        current_password="XQ83y4D8HGpL",
        new_password=ADMINISTRATORS_OWN,
        new_password_again=ADMINISTRATORS_OWN,
    )
    administrator.clicks("更新")
    administrator.sees("パスワードを変更しました。")
    for entry in ("登録内容/署名者確認", "登録内容変更/有効期間更新", "連絡先等変更", "署名者管理", "パスワード変更"):
        administrator.sees(entry)
    administrator.looks_at("menu-administrator")

    # Page 5: certificates and the signer's initial password.
    administrator.clicks("登録内容/署名者確認", role="link")
    administrator.sees("本画面の「貿易登録証」および「署名登録証」に表示されるパスワードは発行日に限り表示されます。")
    administrator.looks_at("registration")
    assert "uBoKtvlEe8JM" in text_of(administrator.downloads("/registration/certificate.pdf"))
    administrator.clicks("署名登録証印刷", role="link")
    administrator.looks_at("certificates-before")
    administrator.clicks("初期パスワードを発行する(1名)")
    administrator.looks_at("certificates-issued")
    certificate = text_of(administrator.downloads("/signers/certificates.pdf"))
    initial = next(
        certificate[i : i + 12] for i in range(len(certificate)) if opens_the_signers_door(certificate[i : i + 12])
    )
    for path, name in (("/registration/change/", "change-registration"), ("/registration/contact/", "change-contact")):
        administrator.goes_to(path)
        administrator.looks_at(name)

    # Page 6: the list, the details.
    administrator.goes_to("/menu/")
    administrator.clicks("署名者管理", role="link")
    administrator.sees("未アクティブ")
    administrator.looks_at("signers")
    administrator.fills(name="存在しない")
    administrator.clicks("検索")
    administrator.looks_at("signers-none")
    administrator.clicks("検索条件をクリアして検索", role="link")
    administrator.clicks("会議所 太郎 の詳細", role="link")
    administrator.looks_at("signer-detail")
    administrator.clicks("メールアドレスを変更", role="link")
    administrator.looks_at("change-email")
    administrator.clicks("キャンセル", role="link")
    administrator.clicks("パスワードを変更", role="link")
    administrator.sees("入力したパスワードは必ず控えてください。")
    administrator.looks_at("change-signer-password")

    # Pages 7 and 8: the signer's first login.
    signer = sit_down()
    signer.logs_in("801", "X0qFBLTmNkhG", initial)
    signer.sees("メールアドレス認証が必要です。")
    signer.looks_at("enter-code")
    signer.fills(code="1731679350.0-86be1bf6199745a48f64a5058811657c")
    signer.clicks("確認")
    signer.sees("確認コードが正しくありません。")
    signer.looks_at("enter-code-wrong")
    signer.clicks("メールアドレスの確認", role="link")
    signer.looks_at("check-address")
    signer.clicks("新しい確認コードを送信")
    signer.fills(code=code_mailed("taro@niigata-cci.example.jp"))
    signer.clicks("確認")
    signer.sees("メールアドレスを確認しました。")
    signer.fills(current_password=initial, new_password=SIGNERS_OWN, new_password_again=SIGNERS_OWN)
    signer.clicks("更新")
    signer.sees("発給申請状況一覧")
    signer.looks_at("menu-signer")

    # A sub-ID for a colleague.
    signer.clicks("サブID管理", role="link")
    signer.looks_at("sub-ids-none")
    signer.clicks("サブIDを作成", role="link")
    signer.fills(name="通関 花子", email="no address", password="x", password_again="y")
    signer.clicks("作成")
    signer.looks_at("new-sub-id-refused")
    assert signer.page.input_value("[name=name]") == "通関 花子"
    signer.fills(email="hanako@agent.example.jp", password=PASSWORD, password_again=PASSWORD)
    signer.clicks("作成")
    signer.looks_at("sub-id")
    sub_id = signer.page.locator(".identifier").inner_text()
    signer.goes_to("/sub-ids/")
    signer.looks_at("sub-ids")

    colleague = sit_down()
    colleague.logs_in("801", sub_id, PASSWORD)
    colleague.fills(code=code_mailed("hanako@agent.example.jp"))
    colleague.clicks("確認")
    own = "atarashii watashi no kotoba"
    colleague.fills(current_password=PASSWORD, new_password=own, new_password_again=own)
    colleague.clicks("更新")
    colleague.sees("発給申請")
    colleague.looks_at("menu-sub-id")

    # The signer deletes the sub-ID: its next click is refused.
    signer.clicks("通関 花子 を変更", role="link")
    signer.clicks("このサブIDを削除", role="link")
    signer.looks_at("delete-sub-id")
    signer.clicks("削除する")
    signer.sees("サブIDを削除しました。")
    colleague.goes_to("/menu/")
    colleague.sees("このIDは現在ご利用になれません。")
    colleague.looks_at("login-stopped")
    signer.logs_out()
    signer.sees("ログアウトしました。")
    signer.page.go_back()
    signer.arrives_at("/login/?next=/sub-ids/")
    assert "サブIDを削除しました" not in signer.page.inner_text("body")


def opens_the_signers_door(candidate: str) -> bool:
    """Whether this is the signer's password; only candidates of its alphabet are tried, because each costs a hash."""
    account = Account.objects.get_queryset().get(login_id="X0qFBLTmNkhG")
    return len(candidate) == 12 and candidate.isascii() and candidate.isalnum() and account.check_password(candidate)


def test_a_second_login_ends_the_first_and_says_so(sit_down: Callable[[], Person]) -> None:
    load()
    first, second = sit_down(), sit_down()
    first.logs_in("801", "echigoAdmin", PASSWORD)
    first.goes_to("/signers/")
    second.logs_in("801", "echigoAdmin", PASSWORD)
    second.sees("メインメニュー")
    first.goes_to("/signers/")
    first.sees("同じIDで別のログインがあったため")
    first.looks_at("login-second")
    first.fills(chamber_code="801", login_id="echigoAdmin", password=PASSWORD)
    first.clicks("ログイン")
    first.sees("署名者一覧")


def test_a_forgotten_password_is_set_anew(
    sit_down: Callable[[], Person], delivered: Callable[[], list[EmailMessage]], settings: object
) -> None:
    load()
    person = sit_down()
    settings.ECO_ORIGIN = settings.ECO_COMPANY_ORIGIN = person.home  # type: ignore[attr-defined]
    person.goes_to("/login/")
    person.clicks("ID/パスワードを忘れた場合", role="link")
    person.looks_at("forgotten")
    person.fills(chamber_code="801", login_id="echigoSigner1", email="signer1@echigo.example.jp")
    person.clicks("メールを送信")
    person.looks_at("forgotten-sent")
    (mail,) = [mail for mail in delivered() if "再設定" in mail.subject]
    link = next(line for line in mail.body.splitlines() if line.startswith("http"))
    person.page.goto(link)
    person.looks_at("reset-password")
    person.fills(new_password=SIGNERS_OWN, new_password_again=SIGNERS_OWN)
    person.clicks("パスワードを設定")
    person.sees("新しいパスワードを設定しました。")
    person.page.goto(link)
    person.sees("このリンクは使えません")


def test_another_companys_pages_do_not_exist(sit_down: Callable[[], Person]) -> None:
    load()
    other = Account.objects.get_queryset().get(login_id="minatoSigner1")
    person = sit_down()
    person.logs_in("801", "echigoAdmin", PASSWORD)
    person.goes_to(f"/signers/{other.public_id}/")
    person.sees("ページが見つかりません")
    person.faults.clear()  # the browser reports the 404 itself
    person.looks_at("not-found")
