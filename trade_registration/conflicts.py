"""What may have changed about a registration since a page was opened."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Conflict(models.TextChoices):
    """Why a verb is refused, as the log names it, with what the person reads; nothing where there is nothing to be said."""

    IN_FORCE = "in_force", _("この貿易登録は、停止されていません。")
    SUSPENDED = "suspended", _("この貿易登録は、すでに停止されています。")
    DELETED = "deleted", _("この貿易登録は、すでに抹消されています。")
    NOT_IN_FORCE = (
        "not_in_force",
        _("貿易登録が停止または抹消されているため、この操作はできません。商工会議所に確認してください。"),
    )
    NOT_ISSUED = "not_issued", _("貿易登録証は、まだ発行されていません。先に発行してください。")
