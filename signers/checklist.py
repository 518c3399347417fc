"""The manual's own steps for a new company, and which of them are done."""

from dataclasses import dataclass

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Account

# In SQL, because every menu of an administrator asks for it: composing it took five times as long as answering it.
_COUNTS = """
SELECT count(*), count(initial.account_id), count(account.email_verified_at)
FROM signers_signer signer
JOIN accounts_account account ON account.id = signer.account_id
LEFT JOIN accounts_initialpassword initial ON initial.account_id = account.id
WHERE account.registration_id = %s AND account.status <> %s
"""


@dataclass(frozen=True)
class Step:
    """One step: what to do, why, whether it is done, and where its page is."""

    title: str
    explanation: str
    is_done: bool
    url: str
    button: str
    is_next: bool = False


def steps_for(administrator: Account) -> list[Step]:
    """管理者パスワードの変更 → 署名登録証の印刷 → 署名者ごとの初回メールアドレス認証 (manual, pages 2 to 8)."""
    signers, printed, verified = _counts(administrator)
    steps = [
        Step(
            _("管理者パスワードの変更"),
            _("貿易登録証に記載された初期パスワードを、ご自身のパスワードに変更します。"),
            not administrator.must_change_password,
            reverse("change_password"),
            _("パスワードを変更する"),
        )
    ]
    if signers:
        steps += [
            Step(
                _("署名登録証の印刷"),
                _("署名者のIDと初期パスワードを発行して印刷し、署名者本人に渡します。(%(done)s/%(all)s名 発行済)")
                % {"done": printed, "all": signers},
                printed == signers,
                reverse("signer_certificates"),
                _("署名登録証を印刷する"),
            ),
            Step(
                _("署名者ごとの初回メールアドレス認証"),
                _("署名者が自分のIDでログインし、届いた確認コードを入力します。(%(done)s/%(all)s名 完了)")
                % {"done": verified, "all": signers},
                verified == signers,
                reverse("signers"),
                _("署名者の状況を見る"),
            ),
        ]
    return _with_next(steps)


def _counts(administrator: Account) -> tuple[int, int, int]:
    """The company's signers, those with a printed 署名登録証, and those whose mailbox is proven."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [administrator.registration_id, Account.Status.DELETED.value])
        signers, printed, verified = cursor.fetchone()
    return signers, printed, verified


def _with_next(steps: list[Step]) -> list[Step]:
    following = next((step for step in steps if not step.is_done), None)
    return [Step(**{**vars(step), "is_next": step is following}) for step in steps]
