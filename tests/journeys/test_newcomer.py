"""README's first ten minutes, as a newcomer has them: a clean clone, one command, mail and a browser.

What stands in the clone is what was committed. Nothing of this checkout's environment or data is used.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from devtools.environment import ROOT
from devtools.web import free_port
from tests.journeys.conftest import Person
from tests.support.pdf import text_of
from tests.support.processes import until

pytestmark = pytest.mark.browser

A_LONG_TIME = 1800  # seconds; a starved machine installs for many minutes
ADMINISTRATORS_OWN, SIGNERS_OWN = "niji no hashi wo wataru", "umi wo koete todoku hako"
CLERKS, SUB_IDS = "minato no akari 2026", "kumo no ue wo aruku hito"
_OURS = re.compile(r"ECO_|DATABASE_URL|REDIS_URL|DJANGO_|PYTEST|VIRTUAL_ENV|CI$|CHROME$|PYTHON")
Sit = Callable[[], Person]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[str]:
    """Where the newcomer's portal answers."""
    clone, port = tmp_path / "clone", free_port()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    python = Path(sys.base_prefix) / "bin" / "python3"
    env = {name: value for name, value in os.environ.items() if not _OURS.match(name)}
    said = tmp_path / "said"
    with said.open("wb") as output:
        command = [str(python), "dev.py", "run", "--port", str(port)]
        run = subprocess.Popen(command, cwd=clone, env=env, stdout=output, stderr=output, start_new_session=True)
    try:
        until(lambda: run.poll() is not None or "Open  http" in said.read_text(), "the portal runs", A_LONG_TIME)
        assert run.poll() is None, said.read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        run.send_signal(signal.SIGINT)
        run.wait(A_LONG_TIME)


@pytest.fixture
def sit(home: str, chromium: Browser) -> Iterator[Sit]:
    seated: list[BrowserContext] = []

    def seat() -> Person:
        context = chromium.new_context(locale="ja-JP", timezone_id="Asia/Tokyo")
        context.set_default_timeout(300_000)
        seated.append(context)
        return Person(context, home, 1280)

    yield seat
    for context in seated:
        context.close()


def reads_mail(person: Person, address: str, subject: str) -> str:
    """What the inbox shows of the mail, once it is there."""
    row = person.page.locator("tr", has_text=address).filter(has_text=subject)

    def has_come() -> bool:
        person.goes_to("/dev/mail/")
        return row.count() > 0

    until(has_come, f"a mail to {address} arrives")
    person.leaves_by(row.first.get_by_role("link"))
    return person.page.locator(".mail-text").inner_text()


def changes_password(person: Person, old: str, new: str) -> None:
    person.fills(current_password=old, new_password=new, new_password_again=new)
    person.clicks("更新")


def enters_code_of_mail(person: Person, inbox: Person, address: str) -> None:
    found = re.search(r"確認コード: (\S+)", reads_mail(inbox, address, "メールアドレス認証"))
    assert found
    person.fills(code=found[1])
    person.clicks("確認")
    person.sees("メールアドレスを確認しました。")


def shows_second_factor(clerk: Person, inbox: Person) -> None:
    """A code lives for half a minute: on a slow machine the next one is tried."""

    def is_let_in() -> bool:
        inbox.goes_to("/dev/codes/")
        code = inbox.page.locator("tr", has_text="niigataManager").locator(".identifier").last.inner_text()
        clerk.fills(code=code)
        clerk.submits()
        return clerk.page.url.endswith("/staff/")

    until(is_let_in, "the second factor is taken")


def test_the_first_ten_minutes(sit: Sit) -> None:
    administrator, inbox = sit(), sit()
    # 1
    administrator.logs_in("801", "uBoKtvlEe8JM", "XQ83y4D8HGpL")
    administrator.sees("パスワード変更")
    changes_password(administrator, "XQ83y4D8HGpL", ADMINISTRATORS_OWN)
    # 2
    administrator.sees("署名登録証の印刷")
    administrator.clicks("署名登録証を印刷する", role="link")
    administrator.clicks("初期パスワードを発行する(1名)")
    administrator.sees("初期パスワードを発行しました。")
    printed = text_of(administrator.downloads("/signers/certificates.pdf"))
    assert "X0qFBLTmNkhG" in printed
    initial = re.search(r"パスワード[^2-9A-Za-z]*([2-9A-HJ-NP-Za-km-z]{12})", printed[printed.index("X0qFBLTmNkhG") :])
    assert initial, printed
    administrator.goes_to("/signers/")
    administrator.clicks("会議所 太郎 の詳細", role="link")
    administrator.sees("署名者詳細")
    signers_page = administrator.page.url.removeprefix(administrator.home)
    # 3
    signer = sit()
    signer.logs_in("801", "X0qFBLTmNkhG", initial[1])
    signer.sees("メールアドレス認証が必要です。")
    enters_code_of_mail(signer, inbox, "taro@niigata-cci.example.jp")
    changes_password(signer, initial[1], SIGNERS_OWN)
    signer.sees("発給申請状況一覧")
    # 4
    signer.clicks("サブID管理", role="link")
    signer.clicks("サブIDを作成", role="link")
    signer.fills(name="通関 花子", email="hanako@agent.example.jp", password=SUB_IDS, password_again=SUB_IDS)
    signer.clicks("作成")
    signer.sees("サブIDを作成しました。")
    assert "801" in reads_mail(inbox, "hanako@agent.example.jp", "アカウント発行")
    # 5
    clerk = sit()
    clerk.logs_in("801", "niigataManager", CLERKS)
    clerk.sees("認証アプリ")
    shows_second_factor(clerk, inbox)
    clerk.follows("越後物産.*の審査を開く")
    clerk.sees("チェックリスト")
    clerk.ticks_all("#checklist-form")
    clerk.clicks("承認へ進む")
    clerk.sees("承認後の内容")
    clerk.clicks("承認する")
    clerk.page.wait_for_url(re.compile("/staff/(?!cases/)"))
    clerk.goes_to("/staff/companies/?q=越後物産")
    number = re.search(r"801\d{6}", clerk.page.inner_text("main"))
    assert number
    clerk.goes_to(f"/staff/registrations/{number[0]}/certificate/")
    clerk.submits()
    clerk.sees("貿易登録証を発行しました。")
    certificate = text_of(clerk.downloads(f"/staff/registrations/{number[0]}/certificate.pdf"))
    assert "株式会社越後物産" in certificate
    # 6
    visitor = sit()
    visitor.goes_to("/register/")
    visitor.clicks("新潟商工会議所", role="link")
    visitor.ticks_all()
    visitor.fills(email="boueki@new.example.jp")
    visitor.clicks("申請ページのリンクをメールで受け取る")
    visitor.sees("boueki@new.example.jp")
    link = re.search(r"http\S+/register/open/\S+", reads_mail(inbox, "boueki@new.example.jp", "申請ページのご案内"))
    assert link
    visitor.page.goto(link[0])
    visitor.clicks("申請を始める")
    visitor.sees("作成中")
    # 7
    for code, login_id in (("801", "echigoAdmin"), ("802", "minatoAdmin")):
        other = sit()
        other.logs_in(code, login_id, CLERKS)
        other.sees("メインメニュー")
        other.goes_to(signers_page)
        other.sees("ページが見つかりません")
