"""What may have changed about a chamber's settings since a page was opened."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Conflict(models.TextChoices):
    """Why a verb is refused, as the log names it, with what the person reads; nothing where there is nothing to be said."""

    NO_SEAL = "no_seal", _("印影は、すでに削除されています。")
    CLOSED_ALREADY = "closed_already", _("指定した日は、過ぎているか、すでにすべて休業日です。")
    NOT_CLOSED = "not_closed", _("この日は過ぎているか、すでに休業日ではありません。")
    TOO_EARLY = "too_early", _("適用開始日が早すぎるか、同じ日に別の内容があります。最新の内容を確認してください。")
    BEGUN = "begun", _("この内容は、すでに適用されているか、取り消されています。")
    IN_USE = "in_use", _("この内容に同意した申請があるため、取り消せません。")
