"""What may have changed about a case since a page was opened."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Conflict(models.TextChoices):
    """Why a verb is refused, as the log names it, with what the person reads; nothing where there is nothing to be said."""

    DRAFT = "draft", _("この申請は、まだ送信されていません。")
    SUBMITTED = "submitted", _("この申請は、商工会議所が審査しています。修正の依頼があるまで、内容を変更できません。")
    RETURNED = "returned", _("この申請は、申請者に修正をお願いしています。再送信されるまで、審査を進められません。")
    APPROVED = "approved", _("この申請は、すでに承認されています。")
    REJECTED = "rejected", _("この申請は、すでに却下されています。")
    WITHDRAWN = "withdrawn", _("この申請は、すでに取り下げられています。")
    IN_OTHER_HANDS = (
        "in_other_hands",
        _("この申請は、ほかの職員が審査しています。終わるのを待つか、責任者に相談してください。"),
    )
    IN_NOBODYS_HANDS = "in_nobodys_hands", _("この申請を審査している職員は、もういません。")
    NO_CHECKLIST = "no_checklist", ""
    UNTICKED = (
        "unticked",
        _("チェックリストに、確認していない項目があります。審査の画面に戻り、すべての項目を確認してください。"),
    )
    NO_REMARK = "no_remark", ""
    COMPANY_NOT_REACHED = (
        "company_not_reached",
        _("この申請者には、メッセージを送れません。電話などで連絡してください。"),
    )
    NO_ROOM = (
        "no_room",
        _("1つの申請に追加できる数を超えるため、追加できません。不要なものを取り消してから、追加してください。"),
    )
    INCOMPLETE = "incomplete", _("入力または書類が足りません。確認の画面で、足りないものを確かめてください。")
