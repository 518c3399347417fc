"""What may have changed about an ID since a page was opened."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Conflict(models.TextChoices):
    """Why a verb is refused, as the log names it, with what the person reads; nothing where there is nothing to be said."""

    NOT_USABLE = "not_usable", _("このIDは、現在ご利用になれません。ログインし直してください。")
    PASSWORD_CHANGED = "password_changed", _("パスワードが変更されています。新しいパスワードでログインしてください。")
    SESSION_ENDED = "session_ended", _("ログアウトしています。もう一度ログインしてください。")
    SECOND_FACTOR_SET_UP = "second_factor_set_up", _("二段階認証は、すでに設定されています。")
    NO_SECOND_FACTOR = "no_second_factor", _("二段階認証は、まだ設定されていません。")
    ID_TAKEN = "id_taken", _("このIDは、すでに使われています。別のIDで招待してください。")
    CAME_IN = "came_in", _("この職員は、すでにログインしています。招待をもう一度送る必要はありません。")
    NO_MANAGER = "no_manager", _("責任者の権限がなくなったため、操作できません。ほかの責任者に確認してください。")
    RIGHT_GONE = "right_gone", _("削除されたか、権限が変更されたため、操作できません。責任者に確認してください。")
    CLERK_REMOVED = "clerk_removed", _("この職員は、すでに削除されています。")
    LAST_MANAGER = (
        "last_manager",
        _("最後の責任者は、外すことも削除することもできません。先に、ほかの職員を責任者にしてください。"),
    )
