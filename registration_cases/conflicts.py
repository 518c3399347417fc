"""What may have changed about a registration's case since a page was opened."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Conflict(models.TextChoices):
    """Why a verb is refused, as the log names it, with what the person reads."""

    NO_CASE = "no_case", _("審査中または作成中の申請はありません。")
    OPEN_CASE = "open_case", _("手続き中の申請があります。その手続きが終わってから、始めてください。")
    MAY_NOT_APPLY = (
        "may_not_apply",
        _("貿易登録が停止中か有効期限切れのため、申請できません。商工会議所にお問い合わせください。"),
    )
    NOT_RENEWABLE = "not_renewable", _("更新の受付期間ではありません。受付期間は、登録内容変更の画面で確認できます。")
    SIGNER_GONE = "signer_gone", _("この署名者は、ほかの画面ですでに取り消されています。")
