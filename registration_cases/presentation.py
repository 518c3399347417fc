"""A case in words: what a company says of itself, and where its case stands."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from casework.models import Case
from chambers.models import DatedText, Price, texts_in_force
from registration_cases.completeness import optional_fields
from registration_cases.models import RegistrationCase
from registration_cases.prices import prices_of


@dataclass(frozen=True)
class Fact:
    """One field and its value as people read it; ``is_lacking`` where it must not stay empty."""

    label: str
    value: str
    is_lacking: bool


@dataclass(frozen=True)
class Standing:
    """Where a case stands. ``reason`` is the chamber's, ``notice`` what it adds to an approval; ``next_open_day`` is set while
    the chamber is closed; ``prices`` are what the case will cost."""

    since: dt.datetime
    reason: str
    notice: str
    next_open_day: dt.date | None
    prices: list[Price]


def facts(case: RegistrationCase) -> list[Fact]:
    """What the company says of itself. How a registered company is reached is no part of its case."""
    optional = optional_fields(case)
    said = [
        Fact(RegistrationCase.label(field), value, not value and field not in optional)
        for field in case.asked_fields
        for value in [case.shown(field)]
    ]
    return (
        [*said, Fact(RegistrationCase.label("contact_email"), case.contact_email, is_lacking=False)]
        if case.is_new
        else said
    )


def standing(case: Case) -> Standing:
    """Where the case stands at this moment."""
    last = case.events.last()
    now = timezone.now()
    waits = case.status == Case.Status.SUBMITTED and not case.chamber.is_open(now)
    return Standing(
        since=last.at if last else case.created_at,
        reason=last.reason if last else "",
        notice=_approval_notice(case) if case.status == Case.Status.APPROVED else "",
        next_open_day=_next_open_day(case, now) if waits else None,
        prices=prices_of(case.registration_case),
    )


def _next_open_day(case: Case, now: dt.datetime) -> dt.date | None:
    """Today, when the chamber is yet to open or opens again after its break."""
    today, time = timezone.localdate(now), timezone.localtime(now).time()
    if case.chamber.is_open_on(today):
        hours = case.chamber.opening_hours.all()
        if any(each.weekday == today.weekday() and time < each.opens_at for each in hours):
            return today
    return case.chamber.next_open_day(today)


def _approval_notice(case: Case) -> str:
    decided_on = timezone.localdate(case.decided_at) if case.decided_at else timezone.localdate()
    notice = texts_in_force(case.chamber, decided_on).get(DatedText.Kind.APPROVAL_NOTICE)
    return notice.body if notice else ""
