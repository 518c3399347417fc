"""Limits on guessing, in PostgreSQL: an attempt is counted before it is checked, so simultaneous ones cannot slip through."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.db import connection, transaction
from django.utils import timezone

from eco_portal.mailboxes import mailbox_of


@dataclass(frozen=True)
class Limit:
    """At most ``count`` attempts under a key in any ``window``."""

    key: str
    count: int
    window: timedelta


# Waits of a minute after 5 wrong passwords, a quarter of an hour after 10, a day after 20: attempts in so many seconds.
_STEPS = {60: 5, 15 * 60: 10, 24 * 60 * 60: 20}


def password_limits(name: str) -> list[Limit]:
    """The limits on guessing one ID's password."""
    return [Limit(f"{name}:{seconds}", count, timedelta(seconds=seconds)) for seconds, count in _STEPS.items()]


# A company's whole office may share one address.
def address_limits(what: str, address: str) -> list[Limit]:
    """The limits on what one network address may try."""
    network = _network(address)
    return [
        Limit(f"{what}:address:{network}:60", 30, timedelta(minutes=1)),
        Limit(f"{what}:address:{network}:3600", 600, timedelta(hours=1)),
    ]


# Whoever is refused has been sent the same mail before: a stranger can make mails, but keeps none from their owner.
def mailbox_limits(what: str, email: str) -> list[Limit]:
    """The limits on the mails that anybody may have sent to a mailbox. Kept without the address."""
    mailbox = hashlib.sha256(mailbox_of(email).encode()).hexdigest()[:32]
    return [
        Limit(f"{what}:mailbox:{mailbox}:600", 3, timedelta(minutes=10)),
        Limit(f"{what}:mailbox:{mailbox}:86400", 10, timedelta(days=1)),
    ]


def _network(address: str) -> str:
    """An IPv4 address is one customer; of IPv6 every customer has at least 2⁶⁴ addresses to choose from."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
    return str(parsed)


class _Refused(Exception):
    pass


# The comparisons are those of the index for names that begin like something.
_BEGINNING = """
SELECT beginning, key, count, ends_at FROM unnest(%s::text[]) AS beginning
JOIN accounts_attempts ON key ~>=~ beginning AND key ~<~ (beginning || %s) WHERE ends_at > %s ORDER BY ends_at
"""
_LAST_CHARACTER = chr(0x10FFFF)
# Sorted keys, here and in _DELETE: all take the rows in the same order, and cannot block each other for good.
_COUNT = """
INSERT INTO accounts_attempts AS a (key, count, ends_at)
SELECT key, 1, ends_at FROM unnest(%s::text[], %s::timestamptz[]) AS wanted (key, ends_at) ORDER BY key
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN a.ends_at <= %s THEN 1 ELSE a.count + 1 END,
  ends_at = CASE WHEN a.ends_at <= %s THEN excluded.ends_at ELSE a.ends_at END
RETURNING key, count
"""
# The note bears the end of the window that it is about: a later window, or one after an unlocking, has another.
_NOTE_REFUSAL = """
INSERT INTO accounts_attempts AS a (key, count, ends_at)
SELECT 'refused:' || key, 1, ends_at FROM accounts_attempts
JOIN unnest(%(keys)s::text[], %(most)s::int[]) AS allowed (key, most) USING (key)
WHERE count >= most AND ends_at > %(now)s ORDER BY key
ON CONFLICT (key) DO UPDATE SET ends_at = excluded.ends_at WHERE a.ends_at <> excluded.ends_at
RETURNING key
"""
_DELETE = """
DELETE FROM accounts_attempts WHERE key = ANY(ARRAY(
  SELECT key FROM accounts_attempts WHERE {which} ORDER BY key FOR NO KEY UPDATE
))
"""
# For the login, which can send it together with what else it writes.
FORGET = _DELETE.format(which="key = ANY(%(counted)s)")
_FORGET_ALL = _DELETE.format(which="key ~>=~ %(beginning)s AND key ~<~ (%(beginning)s || %(last)s)")
_FORGET_OLD = _DELETE.format(which="ends_at <= %(now)s")


def reserve(limits: Iterable[Limit]) -> bool:
    """Counts one attempt under every limit, or under none and returns False when one of them is used up.

    Refused attempts do not count, so that nobody can prolong a wait by going on.
    """
    allowed = {limit.key: limit for limit in limits}
    now = timezone.now()
    ends = [now + limit.window for limit in allowed.values()]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_COUNT, [list(allowed), ends, now, now])
            if any(count > allowed[key].count for key, count in cursor.fetchall()):
                raise _Refused
    except _Refused:
        return False
    return True


def is_first_refusal(limits: Iterable[Limit]) -> bool:
    """Whether nobody was refused yet since one of the limits was used up. Asking notes the refusal."""
    asked = {limit.key: limit.count for limit in limits}
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_REFUSAL, {"keys": list(asked), "most": list(asked.values()), "now": timezone.now()})
        return bool(cursor.fetchall())


def forget(limits: Iterable[Limit]) -> None:
    """Gives the attempts back, after a right password."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"counted": [limit.key for limit in limits]})


def locked_until(beginnings: Collection[str]) -> dict[str, datetime]:
    """For each beginning of names whose password limits are used up: when the last of them opens again."""
    if not beginnings:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BEGINNING, [list(beginnings), _LAST_CHARACTER, timezone.now()])
        found = cursor.fetchall()
    return {
        beginning: ends_at for beginning, key, count, ends_at in found if count >= _STEPS[int(key.rpartition(":")[2])]
    }


def forget_all(beginning: str) -> None:
    """Gives back the attempts counted under all names that begin like this."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_ALL, {"beginning": beginning, "last": _LAST_CHARACTER})


def forget_old() -> None:
    """Deletes the counts whose window is over."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_OLD, {"now": timezone.now()})
