"""What may have changed about a signer or a sub-ID since a page was opened."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Conflict(models.TextChoices):
    """Why a verb is refused, as the log names it, with what the person reads; nothing where there is nothing to be said."""

    SUB_ID_DELETED = "sub_id_deleted", _("このサブIDは、すでに削除されています。")
    ANSWERED = "answered", _("このIDの確認は、すでに終わっています。ほかの職員が回答していないか、確認してください。")
