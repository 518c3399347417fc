"""How much there was at one chamber: registrations, cases, and how long they took. Months and years are Japan's."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat, TruncMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models import AuditEntry
from casework.kinds import every_kind
from casework.models import Case, CaseEvent
from chambers.models import Chamber
from trade_registration.models import TradeRegistration

YEAR_BEGINS_IN = 4  # the fiscal year: April to March
MONTHS_AHEAD = 12


@dataclass(frozen=True)
class Period:
    """Whole months, each named by its first day. The present month is counted as far as it has come.

    ``fiscal_year`` is the year in which it begins; None for the last twelve months.
    """

    fiscal_year: int | None
    months: tuple[dt.date, ...]

    @property
    def starts_at(self) -> datetime:
        return _midnight(self.months[0])

    @property
    def ends_at(self) -> datetime:
        """The first moment after it."""
        return _midnight(_later(self.last_month, 1))

    @property
    def last_month(self) -> dt.date:
        return self.months[-1]

    @property
    def is_running(self) -> bool:
        return self.last_month == _this_month()


def last_twelve_months() -> Period:
    """The present month and the eleven before it."""
    this = _this_month()
    return Period(None, tuple(_later(this, distance) for distance in range(-11, 1)))


def fiscal_year(year: int) -> Period:
    """April of the year to next March, without the months that are still to come. There must be one that has begun."""
    april, this = dt.date(year, YEAR_BEGINS_IN, 1), _this_month()
    months = (_later(april, distance) for distance in range(12))
    return Period(year, tuple(month for month in months if month <= this))


def periods(chamber: Chamber) -> list[Period]:
    """What may be looked at: the last twelve months, then the fiscal years since the chamber's first case, the latest first."""
    first = Case.objects.filter(chamber=chamber, submitted_at__isnull=False).aggregate(at=models.Min("submitted_at"))
    latest = _fiscal_year_of(timezone.localdate())
    earliest = _fiscal_year_of(timezone.localdate(first["at"])) if first["at"] else latest
    return [last_twelve_months(), *(fiscal_year(year) for year in range(latest, earliest - 1, -1))]


@dataclass(frozen=True)
class RegistrationsNow:
    """A chamber's registrations by what they are today; each is counted once."""

    in_force: int
    expired: int
    suspended: int
    deleted: int


def registrations_now(chamber: Chamber) -> RegistrationsNow:
    """In force and expired are told apart by the last day; the suspended and deleted count as such, expired or not."""
    status, today = TradeRegistration.Status, timezone.localdate()
    counted = TradeRegistration.objects.filter(chamber=chamber).aggregate(
        in_force=Count("pk", filter=Q(status=status.IN_FORCE, valid_until__gte=today)),
        expired=Count("pk", filter=Q(status=status.IN_FORCE, valid_until__lt=today)),
        suspended=Count("pk", filter=Q(status=status.SUSPENDED)),
        deleted=Count("pk", filter=Q(status=status.DELETED)),
    )
    return RegistrationsNow(**counted)


def in_force_by_month(chamber: Chamber, period: Period) -> dict[dt.date, int]:
    """How many registrations were valid on the last day of each month; of the present month, today.

    Counted is who was registered by that day and whose validity had not ended before it. The suspended count too: they are
    still registered. The deleted count until the day before their deletion, which the audit dates. A registration knows its
    present validity only, so one that was renewed after it had expired counts for the days between as well.
    """
    last_days = {month: _last_day(month) for month in period.months}
    rows = TradeRegistration.objects.filter(chamber=chamber)
    kept = rows.exclude(status=TradeRegistration.Status.DELETED).aggregate(
        **{
            month.isoformat(): Count("pk", filter=Q(registered_on__lte=day, valid_until__gte=day))
            for month, day in last_days.items()
        }
    )
    ended = _deleted(rows)
    return {month: kept[month.isoformat()] + _valid_then(ended, day) for month, day in last_days.items()}


def _deleted(rows: models.QuerySet[TradeRegistration]) -> list[tuple[dt.date, dt.date]]:
    """The first and last day of validity of those that have been deleted."""
    name = Concat(Value(f"{TradeRegistration._meta.label}:"), Cast(OuterRef("pk"), models.TextField()))
    # That the subject is not empty follows from its name; said so that the index of what is said about rows is used.
    deletions = AuditEntry.objects.filter(action="registration.deleted", subject=name).exclude(subject="")
    at = Subquery(deletions.order_by("sequence").values("recorded_at")[:1])
    deleted = rows.filter(status=TradeRegistration.Status.DELETED).annotate(deleted_at=at)
    return [
        (first, min(last, timezone.localdate(deleted_at) - timedelta(days=1)))
        for first, last, deleted_at in deleted.values_list("registered_on", "valid_until", "deleted_at")
        if deleted_at
    ]


def _valid_then(spans: list[tuple[dt.date, dt.date]], day: dt.date) -> int:
    return sum(first <= day <= last for first, last in spans)


class Move(models.TextChoices):
    """What happened to a case in a month."""

    RECEIVED = "received", _("受付")
    APPROVED = "approved", _("承認")
    RETURNED = "returned", _("修正依頼")
    REJECTED = "rejected", _("却下")
    WITHDRAWN = "withdrawn", _("取下げ")


@dataclass(frozen=True)
class CaseCounts:
    """How often each move happened to cases of each kind, month by month."""

    counts: Mapping[tuple[dt.date, str, str], int]

    def of(self, month: dt.date, move: Move, *kinds: str) -> int:
        """For the given kinds of case, or for all of them."""
        return sum(self.counts.get((month, move, kind), 0) for kind in kinds or [each.key for each in every_kind()])


def case_counts(chamber: Chamber, period: Period) -> CaseCounts:
    """A case is received when it is first sent; a correction is no new case. It counts as returned every time it is sent back.

    Drafts that were given up were never the chamber's, so they are neither received nor withdrawn.
    """
    cases = _alive(chamber, period)
    returned = CaseEvent.objects.order_by().filter(case__in=cases, to_status=Case.Status.RETURNED)
    counted = _monthly(cases, "submitted_at", period, move=Value(Move.RECEIVED.value), kind=F("kind")).union(
        _monthly(cases, "decided_at", period, move=F("status"), kind=F("kind")),
        _monthly(returned, "at", period, move=F("to_status"), kind=F("case__kind")),
        all=True,
    )
    return CaseCounts({(month, move, kind): count for month, move, kind, count in counted})


def _alive(chamber: Chamber, period: Period) -> models.QuerySet[Case]:
    """The cases that had a part in the period: first sent before its end, and not decided before it began."""
    undecided = Q(decided_at__isnull=True) | Q(decided_at__gte=period.starts_at)
    return Case.objects.filter(undecided, chamber=chamber, submitted_at__lt=period.ends_at)


def _monthly(rows: models.QuerySet[Any], at: str, period: Period, **by: Any) -> models.QuerySet[Any, tuple[Any, ...]]:
    """How many of the rows fall into each month of the period, by what they have in common."""
    inside = rows.filter(**{f"{at}__gte": period.starts_at, f"{at}__lt": period.ends_at})
    named = {f"by_{name}": value for name, value in by.items()}
    grouped = inside.annotate(month=_month(at), **named).values("month", *named)
    counted: models.QuerySet[Any, tuple[Any, ...]] = grouped.annotate(count=Count("pk"))
    return counted.values_list("month", *named, "count")


@dataclass(frozen=True)
class Spread:
    """How long ``count`` cases took: half of them no longer than the median, nine in ten no longer than the other.

    Between two cases the value is interpolated, as PostgreSQL's percentile_cont does. None where there was no case.
    """

    count: int
    median: timedelta | None
    nine_in_ten: timedelta | None


NOTHING = Spread(0, None, None)


@dataclass(frozen=True)
class Durations:
    """How long it took, by the month in which it ended, and over the whole period."""

    months: Mapping[dt.date, Spread]
    whole: Spread

    def of(self, month: dt.date) -> Spread:
        return self.months.get(month, NOTHING)


def processing_time(chamber: Chamber, period: Period) -> Durations:
    """From the first sending of a case to its approval or rejection, every hour counted: also those in which the company
    corrected it, nights and days off."""
    decided = (Case.Status.APPROVED, Case.Status.REJECTED)
    cases = Case.objects.filter(chamber=chamber, status__in=decided)
    return _durations(cases, period, since=F("submitted_at"), until="decided_at")


def time_in_hand(chamber: Chamber, period: Period) -> Durations:
    """From each sending of a case, the first or a correction, to the chamber's answer: approved, returned or rejected.

    A case that was sent back once counts twice. Nights and days off count; the company's time, and withdrawals, do not.
    """
    answers = (Case.Status.APPROVED, Case.Status.RETURNED, Case.Status.REJECTED)
    sent = CaseEvent.objects.filter(case=OuterRef("case"), to_status=Case.Status.SUBMITTED, at__lte=OuterRef("at"))
    answered = CaseEvent.objects.order_by().filter(
        case__in=_alive(chamber, period), from_status=Case.Status.SUBMITTED, to_status__in=answers
    )
    return _durations(answered, period, since=Subquery(sent.order_by("-at").values("at")[:1]), until="at")


def _durations(rows: models.QuerySet[Any], period: Period, *, since: Any, until: str) -> Durations:
    inside = rows.filter(**{f"{until}__gte": period.starts_at, f"{until}__lt": period.ends_at})
    took = ExpressionWrapper(F(until) - since, output_field=DurationField())
    timed = inside.annotate(took=took)
    spread = {"count": Count("pk"), "median": _Percentile("took", 0.5), "nine_in_ten": _Percentile("took", 0.9)}
    by_month = timed.annotate(month=_month(until)).values("month").annotate(**spread)
    months = {row.pop("month"): Spread(**row) for row in by_month.values("month", *spread)}
    return Durations(months, Spread(**timed.aggregate(**spread)))


class _Percentile(Aggregate):
    """The value below which the fraction of the durations lies."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: str, fraction: float) -> None:
        super().__init__(expression, fraction=fraction, output_field=DurationField())


def expiring_by_month(chamber: Chamber) -> dict[dt.date, int]:
    """How many registrations end in this month, from today on, and in each of the eleven after it.

    Those not suspended or deleted, by their present last day: whoever is renewed leaves the month.
    """
    months = [_later(_this_month(), distance) for distance in range(MONTHS_AHEAD)]
    ending = TradeRegistration.objects.filter(chamber=chamber).ending_between(
        timezone.localdate(), _later(months[-1], 1) - timedelta(days=1)
    )
    counted = ending.order_by().annotate(month=TruncMonth("valid_until")).values("month").annotate(count=Count("pk"))
    counts = dict(counted.values_list("month", "count"))
    return {month: counts.get(month, 0) for month in months}


def _month(at: str) -> TruncMonth:
    return TruncMonth(at, output_field=models.DateField())


def _midnight(day: dt.date) -> datetime:
    """The moment in which the day begins in Japan."""
    return datetime.combine(day, dt.time.min, timezone.get_current_timezone())


def _this_month() -> dt.date:
    return timezone.localdate().replace(day=1)


def _later(month: dt.date, distance: int) -> dt.date:
    """The first day of the month so many months later."""
    years, index = divmod(month.month - 1 + distance, 12)
    return dt.date(month.year + years, index + 1, 1)


def _last_day(month: dt.date) -> dt.date:
    """The month's last day; of the present month, today."""
    return min(_later(month, 1) - timedelta(days=1), timezone.localdate())


def _fiscal_year_of(day: dt.date) -> int:
    return day.year if day.month >= YEAR_BEGINS_IN else day.year - 1
