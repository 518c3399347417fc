"""What a chamber sets for itself. Fees and texts begin on a day; what has begun is neither changed nor taken away."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import Account
from audit.services import record
from chambers.models import (
    Chamber,
    ClosedDay,
    DatedText,
    Fee,
    OpeningHours,
    Seal,
    first_day_for_fee,
    first_day_for_text,
)
from desk.conflicts import Conflict
from foundation.errors import WrongStatus
from foundation.rewriting import rewrite
from foundation.versions import UNKNOWN, Shown


class Span(NamedTuple):
    """One stretch of a weekday (0 is Monday) in which the chamber receives cases."""

    weekday: int
    opens_at: dt.time
    closes_at: dt.time

    def __str__(self) -> str:
        day = OpeningHours.Weekday(self.weekday).label
        return f"{day} {self.opens_at:%H:%M}〜{self.closes_at:%H:%M}"


@transaction.atomic
def change_profile(
    chamber: Chamber,
    *,
    name: str,
    name_en: str,
    postal_code: str,
    address: str,
    telephone: str,
    email: str,
    by: Account,
    shown: Shown = UNKNOWN,
) -> None:
    """Names, and where the chamber is reached. Its code stays: numbers that were given out begin with it."""
    values = {"name": name, "name_en": name_en, "postal_code": postal_code}
    values |= {"address": address, "telephone": telephone, "email": email}
    _change(chamber, "chamber.profile_changed", values, by=by, shown=shown)


@transaction.atomic
def change_windows(
    chamber: Chamber,
    *,
    last_day: str,
    renewal_opens_days: int,
    late_renewal_days: int,
    evidence_months: int,
    most_signers_without_reason: int | None,
    by: Account,
    shown: Shown = UNKNOWN,
) -> None:
    """How long things are valid and when renewals are taken. Registrations keep the last day that they were given."""
    values: dict[str, str | int | None] = {
        "last_day": str(last_day),
        "renewal_opens_days": renewal_opens_days,
        "late_renewal_days": late_renewal_days,
        "evidence_months": evidence_months,
        "most_signers_without_reason": most_signers_without_reason,
    }
    _change(chamber, "chamber.windows_changed", values, by=by, shown=shown)


def _change(
    chamber: Chamber, action: str, values: Mapping[str, str | int | None], *, by: Account, shown: Shown
) -> None:
    """Writes what differs, and records the old value and the new one of each; nothing where nothing differs.

    Raises ChangedMeanwhile for fields that are not any more as the page had ``shown`` them.
    """
    row = _locked(chamber)
    if changes := rewrite(row, values, of=values, shown=shown):
        _record(action, row, by=by, changes=changes)


@transaction.atomic
def set_seal(chamber: Chamber, picture: bytes, *, by: Account, shown: Shown = UNKNOWN) -> None:
    """The seal (a clean PNG) that certificates bear from now on. Raises ChangedMeanwhile where it is not the one shown."""
    row = _locked(chamber)
    shown.merged({"picture": row.seal}, {"picture": picture})
    Seal.objects.update_or_create(chamber=row, defaults={"picture": picture})
    _record("chamber.seal_set", row, by=by, sha256=hashlib.sha256(picture).hexdigest())


@transaction.atomic
def remove_seal(chamber: Chamber, *, by: Account) -> None:
    """Raises WrongStatus where there is none."""
    row = _locked(chamber)
    removed, _models = Seal.objects.filter(chamber=row).delete()
    if not removed:
        raise WrongStatus(Conflict.NO_SEAL)
    _record("chamber.seal_removed", row, by=by)


def week_of(chamber: Chamber) -> list[Span]:
    """The chamber's week as it is."""
    return sorted(Span(each.weekday, each.opens_at, each.closes_at) for each in chamber.opening_hours.all())


@transaction.atomic
def set_opening_hours(chamber: Chamber, week: Iterable[Span], *, by: Account, shown: Shown = UNKNOWN) -> None:
    """Replaces the whole week. Spans of a day neither overlap nor end before they begin (the form sees to it).

    Raises ChangedMeanwhile where the week is not any more as the page had ``shown`` it.
    """
    row = _locked(chamber)
    spans = sorted(week)
    if "week" not in shown.merged({"week": week_of(row)}, {"week": spans}):
        return
    row.opening_hours.all().delete()
    OpeningHours.objects.bulk_create(OpeningHours(chamber=row, **span._asdict()) for span in spans)
    days = {
        str(weekday): [f"{span.opens_at:%H:%M}-{span.closes_at:%H:%M}" for span in of_the_day]
        for weekday, of_the_day in groupby(spans, key=lambda span: span.weekday)
    }
    _record("chamber.opening_hours_set", row, by=by, days=days)


@transaction.atomic
def add_closed_days(chamber: Chamber, *, first: dt.date, last: dt.date, name: str, by: Account) -> None:
    """Closes the chamber from ``first`` to ``last``; days that are closed already keep their names.

    Raises WrongStatus for days that are past, and where every day is closed already.
    """
    row = _locked(chamber)
    new = row.days_to_close(first, last)
    if first < timezone.localdate() or not new:
        raise WrongStatus(Conflict.CLOSED_ALREADY)
    ClosedDay.objects.bulk_create(ClosedDay(chamber=row, day=day, name=name) for day in new)
    _record("chamber.closed_days_added", row, by=by, days=[day.isoformat() for day in new], name=name)


@transaction.atomic
def remove_closed_day(chamber: Chamber, day: dt.date, *, by: Account) -> None:
    """The chamber works on that day after all. Raises WrongStatus for a day that is past or was not closed."""
    row = _locked(chamber)
    removed, _models = row.closed_days.filter(day=day, day__gte=timezone.localdate()).delete()
    if not removed:
        raise WrongStatus(Conflict.NOT_CLOSED)
    _record("chamber.closed_day_removed", row, by=by, day=day.isoformat())


@transaction.atomic
def schedule_fee(
    chamber: Chamber, item: Fee.Item, *, is_member: bool, amount: int, valid_from: dt.date, by: Account
) -> Fee:
    """A price in yen from a day on. Raises WrongStatus for a day that is too early or bears a price already."""
    row = _locked(chamber)
    taken = row.fees.filter(item=item, is_member=is_member, valid_from=valid_from).exists()
    if taken or valid_from < first_day_for_fee(row, item, is_member=is_member):
        raise WrongStatus(Conflict.TOO_EARLY)
    fee = Fee.objects.create(chamber=row, item=item, is_member=is_member, amount=amount, valid_from=valid_from)
    _record("chamber.fee_scheduled", row, fee, by=by, **_said_of_fee(fee))
    return fee


@transaction.atomic
def cancel_fee(fee: Fee, *, by: Account) -> None:
    """Takes back a price that has not begun. Raises WrongStatus for one that has, or that is gone."""
    row = _locked(fee.chamber)
    found = row.fees.filter(pk=fee.pk, valid_from__gt=timezone.localdate()).first()
    if found is None:
        raise WrongStatus(Conflict.BEGUN)
    _record("chamber.fee_cancelled", row, found, by=by, **_said_of_fee(found))
    found.delete()


def _said_of_fee(fee: Fee) -> dict[str, str | bool | int]:
    return {
        "item": str(fee.item),
        "is_member": fee.is_member,
        "amount": fee.amount,
        "valid_from": fee.valid_from.isoformat(),
    }


@transaction.atomic
def schedule_text(
    chamber: Chamber, kind: DatedText.Kind, *, body: str, valid_from: dt.date, by: Account, shown: Shown = UNKNOWN
) -> DatedText:
    """The next version of a text, from a day on. Raises WrongStatus for a day that is too early, and ChangedMeanwhile where
    the newest version is not any more the one ``shown``."""
    row = _locked(chamber)
    if valid_from < first_day_for_text(row, kind):
        raise WrongStatus(Conflict.TOO_EARLY)
    newest = row.texts.filter(kind=kind).order_by("version").last()
    shown.merged({"body": newest.body if newest else ""}, {"body": body})
    version = newest.version + 1 if newest else 1
    text = DatedText.objects.create(chamber=row, kind=kind, version=version, body=body, valid_from=valid_from)
    _record("chamber.text_scheduled", row, text, by=by, **_said_of_text(text))
    return text


@transaction.atomic
def cancel_text(text: DatedText, *, by: Account) -> None:
    """Takes back the newest version before it begins.

    Raises WrongStatus when it has begun, is gone, is followed by another one, or a case refers to it.
    """
    row = _locked(text.chamber)
    newest = row.texts.filter(kind=text.kind).order_by("version").last()
    if newest is None or newest.pk != text.pk or newest.valid_from <= timezone.localdate():
        raise WrongStatus(Conflict.BEGUN)
    _record("chamber.text_cancelled", row, newest, by=by, **_said_of_text(newest))
    try:
        newest.delete()
    except ProtectedError as error:
        raise WrongStatus(Conflict.IN_USE) from error


def _said_of_text(text: DatedText) -> dict[str, str | int]:
    return {"kind": str(text.kind), "version": text.version, "valid_from": text.valid_from.isoformat()}


def _locked(chamber: Chamber) -> Chamber:
    """The chamber as it is now: its managers' changes happen one after the other. Cases and logins need not wait for them."""
    return Chamber.objects.select_for_update(no_key=True).get(pk=chamber.pk)


def _record(
    action: str, chamber: Chamber, subject: models.Model | None = None, *, by: Account, **details: object
) -> None:
    record(action, chamber=chamber, actor=by, subject=subject or chamber, **details)
