"""What a chamber says in its own words: rules, pledges, checklists, notices; in versions, each from a day on."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chambers.models.chamber import Chamber
from foundation.prepared import PreparedText


class DatedText(models.Model):
    """One version of a text that the chamber writes for itself. What was accepted or ticked names its version."""

    class Kind(models.TextChoices):
        GUIDE = "guide", _("貿易登録のご案内")
        CERTIFICATION_RULES = "certification_rules", _("認証規程")
        PENALTY_RULES = "penalty_rules", _("罰則規程")
        PLEDGE_APPLICANT = "pledge_applicant", _("誓約事項(申請者)")
        PLEDGE_AGENT = "pledge_agent", _("誓約事項(代行業者)")
        CHECKLIST_NEW = "checklist_new", _("審査チェックリスト(新規登録)")
        CHECKLIST_CHANGE = "checklist_change", _("審査チェックリスト(登録内容変更)")
        CHECKLIST_RENEWAL = "checklist_renewal", _("審査チェックリスト(有効期間更新)")
        APPROVAL_NOTICE = "approval_notice", _("承認メールに添える文")
        MEMBERS_NOTICE = "members_notice", _("登録企業のメニューに表示するお知らせ")

    # Texts of which every line that is not empty is an item to be ticked.
    ITEMISED = frozenset(
        {Kind.PLEDGE_APPLICANT, Kind.PLEDGE_AGENT, Kind.CHECKLIST_NEW, Kind.CHECKLIST_CHANGE, Kind.CHECKLIST_RENEWAL}
    )
    # Texts that may be empty: the chamber has nothing to say then.
    OPTIONAL = frozenset({Kind.APPROVAL_NOTICE, Kind.MEMBERS_NOTICE})
    RULES = (Kind.CERTIFICATION_RULES, Kind.PENALTY_RULES)
    # Texts that people accept or tick: a new version never begins on a day on which another one may have been accepted.
    BINDING = ITEMISED | frozenset(RULES)

    chamber = models.ForeignKey(Chamber, on_delete=models.PROTECT, related_name="texts")
    kind = models.CharField(_("種類"), max_length=20, choices=Kind)
    version = models.PositiveIntegerField(_("版"))
    valid_from = models.DateField(_("適用開始日"))
    body = models.TextField(_("本文"), blank=True, max_length=20000)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("kind", "version")
        constraints = [
            models.UniqueConstraint(fields=("chamber", "kind", "version"), name="chambers_text_version_once"),
            models.UniqueConstraint(
                fields=("chamber", "kind", "valid_from"),
                condition=~Q(kind__in=("guide", "approval_notice", "members_notice")),
                name="chambers_one_text_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(body="") | Q(kind__in=("approval_notice", "members_notice")),
                name="chambers_text_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} 第{self.version}版"

    @property
    def is_itemised(self) -> bool:
        return self.kind in self.ITEMISED

    @property
    def items(self) -> list[str]:
        """The items of an itemised text, in order."""
        return items_of(self.body)


def items_of(body: str) -> list[str]:
    """The lines that are not empty, without the spaces around them."""
    return [line.strip() for line in body.splitlines() if line.strip()]


def texts_in_force(chamber: Chamber, on: dt.date) -> dict[str, DatedText]:
    """For each kind of text that the chamber has, the version that holds on a day."""
    begun = chamber.texts.filter(valid_from__lte=on).order_by("kind", "-valid_from", "-version").distinct("kind")
    return {text.kind: text for text in begun}


# In SQL, because it is asked for on every menu, by an administrator's together with other things.
MEMBERS_NOTICE = """
SELECT body FROM chambers_datedtext WHERE chamber_id = {chamber} AND kind = 'members_notice' AND valid_from <= {day}
ORDER BY version DESC LIMIT 1
"""
_MEMBERS_NOTICE = PreparedText("members_notice", MEMBERS_NOTICE.format(chamber="$1", day="$2"), "bigint", "date")


def members_notice(chamber_id: int, *, on: dt.date) -> str:
    """What the chamber tells its members that day; mostly nothing."""
    found = _MEMBERS_NOTICE.rows(chamber_id, on)
    return str(found[0][0]) if found else ""


def first_day_for_text(chamber: Chamber, kind: DatedText.Kind) -> dt.date:
    """The earliest day from which a new version may hold. Versions begin in their order, so it comes after all there are.

    A text that people accept or tick begins on a day to come, unless it is the first; others may begin today, and anew
    on the same day.
    """
    today, a_day = timezone.localdate(), dt.timedelta(days=1)
    newest = chamber.texts.filter(kind=kind).order_by("version").last()
    if newest is None:
        return today
    if kind in DatedText.BINDING:
        return max(today, newest.valid_from) + a_day
    return max(today, newest.valid_from)
