"""貿易登録のご案内: what a company must know about a chamber before it registers."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from chambers.models import Chamber, ClosedDay, DatedText, Fee, OpeningHours, Price, prices, texts_in_force
from foundation.search import fold
from registration_cases.document_kinds import DocumentKind

_CLOSED_DAYS_SHOWN = 5


@dataclass(frozen=True)
class Day:
    """A day of the week and the hours of that day."""

    label: str
    hours: list[OpeningHours]


@dataclass(frozen=True)
class Guide:
    """What the page says of the chamber, today. ``prices`` are those for members and for others, by the name of the act."""

    chamber: Chamber
    text: str
    rules: list[DatedText]
    prices: list[tuple[str, list[Price]]]
    days: list[Day]
    closed_days: list[ClosedDay]

    @property
    def is_ready(self) -> bool:
        """Whether the chamber takes registrations here: both rule sets are there to be accepted."""
        return len(self.rules) == len(DatedText.RULES)


def chambers_called(term: str) -> list[Chamber]:
    """The chambers whose name or code contains the term, whatever its width and case; all for an empty one."""
    wanted = fold(term)
    return [each for each in Chamber.objects.order_by("code") if wanted in fold(f"{each.code}{each.name}")]


def chamber_with(code: str) -> Chamber | None:
    """The chamber with this code."""
    return Chamber.objects.filter(code=code).first()


def guide_of(chamber: Chamber) -> Guide:
    """What holds today."""
    today = timezone.localdate()
    texts = texts_in_force(chamber, today)
    return Guide(
        chamber=chamber,
        text=texts[DatedText.Kind.GUIDE].body if DatedText.Kind.GUIDE in texts else "",
        rules=[texts[kind] for kind in DatedText.RULES if kind in texts],
        prices=_prices(chamber, today),
        days=_days(chamber),
        closed_days=list(chamber.closed_days.filter(day__gte=today)[:_CLOSED_DAYS_SHOWN]),
    )


def evidence(*, sole_trader: bool) -> list[str]:
    """The names of the papers that a new registration needs."""
    own = (
        (DocumentKind.RESIDENCE_CERTIFICATE, DocumentKind.SEAL_CERTIFICATE, DocumentKind.PROOF_OF_BUSINESS)
        if sole_trader
        else (DocumentKind.COMPANY_REGISTER, DocumentKind.SEAL_CERTIFICATE)
    )
    return [str(kind.label) for kind in own]


def _prices(chamber: Chamber, day: dt.date) -> list[tuple[str, list[Price]]]:
    items = (Fee.Item.REGISTRATION, Fee.Item.RENEWAL)
    found = prices(chamber, *items, on=day)
    return [(str(item.label), [found[item, True], found[item, False]]) for item in items]


def _days(chamber: Chamber) -> list[Day]:
    hours = list(chamber.opening_hours.all())
    return [
        Day(str(weekday.label), [each for each in hours if each.weekday == weekday])
        for weekday in OpeningHours.Weekday
        if any(each.weekday == weekday for each in hours)
    ]
