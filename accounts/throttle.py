"""Limits on guessing, in PostgreSQL: an attempt is counted before it is checked, so simultaneous ones cannot slip through."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Attempts


@dataclass(frozen=True)
class Limit:
    """At most ``count`` attempts under a key in any ``window``."""

    key: str
    count: int
    window: timedelta


# Waits of a minute after 5 wrong passwords, a quarter of an hour after 10, a day after 20.
def password_limits(name: str) -> list[Limit]:
    """The limits on guessing one ID's password."""
    steps = ((5, timedelta(minutes=1)), (10, timedelta(minutes=15)), (20, timedelta(days=1)))
    return [Limit(f"{name}:{int(window.total_seconds())}", count, window) for count, window in steps]


# A company's whole office may share one address.
def address_limits(what: str, address: str) -> list[Limit]:
    """The limits on what one network address may try."""
    return [
        Limit(f"{what}:address:{address}:60", 30, timedelta(minutes=1)),
        Limit(f"{what}:address:{address}:3600", 600, timedelta(hours=1)),
    ]


class _Refused(Exception):
    pass


def reserve(limits: Iterable[Limit]) -> bool:
    """Counts one attempt under every limit, or under none and returns False when one of them is used up.

    Refused attempts do not count, so that nobody can prolong a wait by going on.
    """
    try:
        with transaction.atomic():
            for limit in sorted(limits, key=lambda each: each.key):
                if _count(limit) > limit.count:
                    raise _Refused
    except _Refused:
        return False
    return True


def forget(limits: Iterable[Limit]) -> None:
    """Gives the attempts back, after a right password."""
    Attempts.objects.filter(key__in=[limit.key for limit in limits]).delete()


def forget_old() -> None:
    """Deletes what is older than the longest window."""
    Attempts.objects.filter(window_start__lt=timezone.now() - timedelta(days=1)).delete()


def _count(limit: Limit) -> int:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_attempts AS a (key, count, window_start) VALUES (%(key)s, 1, %(now)s)
            ON CONFLICT (key) DO UPDATE SET
              count = CASE WHEN a.window_start <= %(start)s THEN 1 ELSE a.count + 1 END,
              window_start = CASE WHEN a.window_start <= %(start)s THEN %(now)s ELSE a.window_start END
            RETURNING count
            """,
            {"key": limit.key, "now": now, "start": now - limit.window},
        )
        return int(cursor.fetchone()[0])
