"""What a chamber has set, as its managers read it: what holds today, what is to come, what held before."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chambers.models import Chamber, ClosedDay, DatedText, Fee, OpeningHours

Row = TypeVar("Row", Fee, DatedText)


@dataclass(frozen=True)
class Timeline(Generic[Row]):
    """One value over time: in force today, to come (the soonest first), and before (the latest first)."""

    in_force: Row | None
    scheduled: list[Row]
    earlier: list[Row]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Timeline[Row]":
        """From rows in the order in which they begin."""
        today = timezone.localdate()
        begun: list[Row] = []
        scheduled: list[Row] = []
        for row in rows:
            (begun if row.valid_from <= today else scheduled).append(row)
        return cls(begun[-1] if begun else None, scheduled, begun[-2::-1])


class Payer(models.TextChoices):
    """Who pays a price."""

    MEMBERS = "members", _("会員")
    OTHERS = "others", _("非会員")

    @property
    def is_member(self) -> bool:
        return self == Payer.MEMBERS


@dataclass(frozen=True)
class Price:
    """What one item costs members, or others."""

    item: Fee.Item
    payer: Payer
    fees: Timeline[Fee]


def price(chamber: Chamber, item: Fee.Item, payer: Payer) -> Price:
    rows = chamber.fees.filter(item=item, is_member=payer.is_member).order_by("valid_from")
    return Price(item, payer, Timeline.of(rows))


def price_list(chamber: Chamber) -> list[tuple[Fee.Item, list[Price]]]:
    """Every item with its prices for members and for others."""
    rows = list(chamber.fees.order_by("valid_from"))

    def of(item: Fee.Item, payer: Payer) -> Price:
        own = [row for row in rows if row.item == item and row.is_member == payer.is_member]
        return Price(item, payer, Timeline.of(own))

    return [(item, [of(item, payer) for payer in Payer]) for item in Fee.Item]


@dataclass(frozen=True)
class Wording:
    """One kind of text with its versions."""

    kind: DatedText.Kind
    texts: Timeline[DatedText]

    @property
    def newest(self) -> DatedText | None:
        """The version written last, begun or not."""
        return self.texts.scheduled[-1] if self.texts.scheduled else self.texts.in_force


def wording(chamber: Chamber, kind: DatedText.Kind) -> Wording:
    return Wording(kind, Timeline.of(chamber.texts.filter(kind=kind).order_by("version")))


def wordings(chamber: Chamber) -> list[Wording]:
    """Every kind of text, without the texts themselves."""
    rows = list(chamber.texts.defer("body").order_by("version"))
    return [Wording(kind, Timeline.of([row for row in rows if row.kind == kind])) for kind in DatedText.Kind]


def week(chamber: Chamber) -> list[tuple[str, list[OpeningHours]]]:
    """Every day of the week with its hours."""
    rows = list(chamber.opening_hours.all())
    days = OpeningHours.Weekday
    return [(str(day.label), [row for row in rows if row.weekday == day]) for day in days]


def closed_days_to_come(chamber: Chamber) -> list[ClosedDay]:
    return list(chamber.closed_days.filter(day__gte=timezone.localdate()))
