"""The manual's own steps for a new company, and which of them are done."""

from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext

from accounts.models import Account

# The portal has one language: what a sentence is in it need not be looked up for every menu.
_ = cache(gettext)

# All signers, those with a printed 署名登録証, those whose mailbox is proven and those who are held. In SQL, because every menu of
# an administrator asks for it, together with other things.
COUNTS = """
SELECT count(*), count(initial.account_id), count(account.email_verified_at), count(signer.held_at)
FROM signers_signer signer
JOIN accounts_account account ON account.id = signer.account_id
LEFT JOIN accounts_initialpassword initial ON initial.account_id = account.id
WHERE account.registration_id = {registration} AND account.status <> 'deleted'
"""


@dataclass
class Step:
    """One step: its page, whether it is done, what to do, why, what its button says, and whether it is next."""

    page: str
    is_done: bool
    title: str
    explanation: str
    button: str
    is_next: bool = False


def steps_for(administrator: Account, signers: int, printed: int, verified: int) -> list[Step]:
    """管理者パスワードの変更 → 署名登録証の印刷 → 署名者ごとの初回メールアドレス認証 (manual, pages 2 to 8).

    The counts are the company's signers, those with a printed 署名登録証, and those whose mailbox is proven.
    """
    steps = [
        Step(
            "change_password",
            not administrator.must_change_password,
            _("管理者パスワードの変更"),
            _("貿易登録証に記載された初期パスワードを、ご自身のパスワードに変更します。"),
            _("パスワードを変更する"),
        )
    ]
    if signers:
        steps += [
            Step(
                "signer_certificates",
                printed == signers,
                _("署名登録証の印刷"),
                _("署名者のIDと初期パスワードを発行して印刷し、署名者本人に渡します。(%(done)s/%(all)s名 発行済み)")
                % {"done": printed, "all": signers},
                _("署名登録証を印刷する"),
            ),
            Step(
                "signers",
                verified == signers,
                _("署名者ごとの初回メールアドレス認証"),
                _("署名者が自分のIDでログインし、届いた確認コードを入力します。(%(done)s/%(all)s名 完了)")
                % {"done": verified, "all": signers},
                _("署名者の状況を見る"),
            ),
        ]
    for step in steps:
        if not step.is_done:
            step.is_next = True
            break
    return steps
