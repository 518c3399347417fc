"""A case as its examiner reads it: what may be wrong in it, its evidence, the checklist, what has happened, earlier cases."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account, Kind
from casework.examination import checklist_of
from casework.models import Case, CaseEvent, ChecklistTick, Remark
from casework.targets import Evidence, Places, places_of
from chambers.models import DatedText
from foundation.versions import Shown

MOST_EARLIER = 20
Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class AnsweredRemark:
    """What the chamber asked for the last time, and what stands there now."""

    label: str
    text: str
    value: str


@dataclass(frozen=True)
class Check:
    """An item of the checklist, and who has checked it."""

    number: int
    said: str
    tick: ChecklistTick | None


@dataclass(frozen=True)
class Checklist:
    """The chamber's checklist for the case in the version in force today; None for ``text`` where it has none."""

    text: DatedText | None
    checks: list[Check]

    @property
    def done(self) -> int:
        return sum(check.tick is not None for check in self.checks)

    @property
    def is_done(self) -> bool:
        return self.done == len(self.checks)

    @property
    def shown(self) -> Shown:
        return Shown.of({str(check.number): check.tick is not None for check in self.checks})


@dataclass(frozen=True)
class Act:
    """Something that happened to a case. ``remarks`` are pairs of place, in words, and text."""

    at: dt.datetime
    who: str
    what: str
    reason: str = ""
    remarks: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Dossier:
    """All of it, read once."""

    places: Places
    answered: list[AnsweredRemark]
    checklist: Checklist
    acts: list[Act]

    @property
    def evidence(self) -> list[Evidence]:
        return self.places.evidence


def dossier(case: Case) -> Dossier:
    """What the case's page shows."""
    places = places_of(case)
    remarks = list(case.remarks.select_related("made_by"))
    checklist = checklist_with_ticks(case)
    return Dossier(places, _answered(remarks, places), checklist, history(case, remarks, places, checklist.checks))


def age(since: dt.datetime) -> str:
    """How long ago, in the one unit that matters: minutes, hours or days."""
    minutes = int((timezone.now() - since).total_seconds() // 60)
    if minutes < 1:
        return _("1分未満")
    if minutes < 60:
        return _("%(count)d分") % {"count": minutes}
    if minutes < 24 * 60:
        return _("%(count)d時間") % {"count": minutes // 60}
    return _("%(count)d日") % {"count": minutes // (24 * 60)}


def _answered(remarks: list[Remark], places: Places) -> list[AnsweredRemark]:
    """The remarks that the company answered the last time it sent the case."""
    last = max((remark.answered_at for remark in remarks if remark.answered_at), default=None)
    return [
        AnsweredRemark(places.label_of(remark), remark.text, places.value_of(remark.target))
        for remark in remarks
        if last and remark.answered_at == last
    ]


def checklist_with_ticks(case: Case) -> Checklist:
    """The checklist in force today, each item with its tick."""
    text = checklist_of(case)
    if text is None:
        return Checklist(None, [])
    ticks = {tick.item: tick for tick in case.ticks.filter(text=text).select_related("ticked_by")}
    return Checklist(text, [Check(number, said, ticks.get(number)) for number, said in enumerate(text.items)])


def history(case: Case, remarks: list[Remark], places: Places, checks: list[Check]) -> list[Act]:
    """Every move with its reason, the remarks of every round, and the checks of this one, the oldest first."""
    acts = [
        Act(check.tick.ticked_at, check.tick.ticked_by.name, _("確認: %(item)s") % {"item": check.said})
        for check in checks
        if check.tick
    ]
    left = list(remarks)
    for event in case.events.select_related("actor"):
        of_this_round = [remark for remark in left if remark.made_at <= event.at]
        left = left[len(of_this_round) :]
        said = [(places.label_of(remark), remark.text) for remark in of_this_round]
        acts.append(Act(event.at, _actor(event), _said_of(event), event.reason, said))
    return sorted(acts, key=lambda act: act.at)


def _actor(event: CaseEvent) -> str:
    return event.actor.name if event.actor and event.actor.kind == Kind.STAFF else _("申請者")


def _said_of(event: CaseEvent) -> str:
    Status = Case.Status  # noqa: N806 (an enumeration)
    if event.to_status == Status.SUBMITTED:
        return _("修正して再送信") if event.from_status == Status.RETURNED else _("申請を送信")
    said = {Status.RETURNED: _("修正を依頼"), Status.APPROVED: _("承認"), Status.REJECTED: _("却下")}
    return said.get(Case.Status(event.to_status), _("取下げ"))


@dataclass(frozen=True)
class Latest(Generic[Row]):
    """The newest of some rows, and whether there are more."""

    rows: list[Row]
    has_more: bool

    @classmethod
    def of(cls, found: models.QuerySet[Row]) -> "Latest[Row]":
        rows = list(found[: MOST_EARLIER + 1])
        return cls(rows[:MOST_EARLIER], len(rows) > MOST_EARLIER)


def earlier_cases(case: Case, *, reader: Account) -> Latest[Case]:
    """The other cases of whoever applies, as far as the reader may see them, the newest first."""
    seen = Case.objects.visible_to(reader).exclude(pk=case.pk)
    return Latest.of(case.case_kind.earlier(case, seen).order_by("-submitted_at", "-pk"))
