"""How old a supporting document may be: the chamber says in how many months."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.models import Case


def fault_of_date(case: Case, kind: str, issued_on: dt.date | None) -> str:
    """What is wrong today with the date of issue of such a document; empty when nothing is."""
    today, months = timezone.localdate(), case.chamber.evidence_months
    if kind not in case.case_kind.dated_documents:
        return ""
    if issued_on is None:
        return _("発行日を入力してください。")
    if issued_on > today:
        return _("発行日が未来の日付です。書類に記載された発行日を入力してください。")
    if issued_on < months_before(today, months):
        return _("発行日から%(months)dか月を過ぎています。新しい書類を取得して添付してください。") % {"months": months}
    return ""


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months earlier, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (dt.date(year + month // 11, (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))
