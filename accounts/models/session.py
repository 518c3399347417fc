"""How long somebody who logged in is known, and why no longer."""

from datetime import datetime, timedelta

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.account import Account

SESSION_LASTS = timedelta(hours=8)


class Ending(models.TextChoices):
    """Why a session is over, in the words that the login page shows."""

    IDLE = "idle", _("30分間操作がなかったため、ログアウトしました。続けるには、もう一度ログインしてください。")
    TOO_LONG = (
        "too_long",
        _("ログインから8時間が過ぎたため、ログアウトしました。続けるには、もう一度ログインしてください。"),
    )
    SECOND_LOGIN = (
        "second_login",
        _(
            "同じIDで別のログインがあったため、こちらのログインを終了しました。お心当たりがない場合は、パスワードを変更してください。"
        ),
    )
    CREDENTIALS = (
        "credentials",
        _("パスワードまたはメールアドレスが変更されたため、ログアウトしました。もう一度ログインしてください。"),
    )
    SECOND_FACTOR = (
        "second_factor",
        _("二段階認証が解除されたため、ログアウトしました。もう一度ログインして、二段階認証を設定し直してください。"),
    )
    STOPPED = "stopped", _("このIDは現在ご利用になれません。管理者または商工会議所にお問い合わせください。")


# After these endings the person comes back; after the others it may be somebody else.
_KEEPING = (Ending.IDLE, Ending.TOO_LONG, Ending.SECOND_LOGIN)


class Session(AbstractBaseSession):
    """A browser's session, read and written by accounts/sessions.py. Ended rows stay for a day to say why they ended."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="sessions")
    started_at = models.DateTimeField(default=timezone.now)
    # When whoever holds this session has shown the clerk's second factor.
    second_factor_at = models.DateTimeField(null=True)
    # When whoever holds this session has shown that they read the owner's mailbox.
    mailbox_proved_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=15, choices=Ending.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("account",),
                condition=Q(ended_because="", account__isnull=False),
                name="accounts_one_live_session",
            )
        ]

    def ending(self, now: datetime) -> Ending | None:
        """Why this session is over at the moment ``now``; None while it lives."""
        if self.ended_because:
            return Ending(self.ended_because)
        if now < self.expire_date:
            return None
        return Ending.IDLE if self.expire_date < self.started_at + SESSION_LASTS else Ending.TOO_LONG

    @property
    def may_keep_input(self) -> bool:
        """Whether what is sent after this session's end may be kept for its account: it ran out or gave way to another login,
        and the password is still the one of that time."""
        account = self.account
        if account is None or not account.is_usable or self.ending(timezone.now()) not in _KEEPING:
            return False
        return account.password_set_at is None or account.password_set_at < self.expire_date
