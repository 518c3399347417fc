"""Limits on guessing, in PostgreSQL: an attempt is counted before it is checked, so simultaneous ones cannot slip through."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from foundation.errors import TooManyAttempts
from foundation.mailboxes import mailbox_of


@dataclass(frozen=True)
class Limit:
    """At most ``count`` attempts under a key in any ``window``."""

    key: str
    count: int
    window: timedelta


def limit(name: str, count: int, window: timedelta) -> Limit:
    """A limit whose key says what it allows: who looks at the counts alone sees which are used up."""
    return Limit(f"{name}:{count}/{window.total_seconds():.0f}", count, window)


MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def password_limits(name: str) -> list[Limit]:
    """Waits of a minute after 5 wrong tries, a quarter of an hour after 10, a day after 20."""
    return [limit(name, 5, MINUTE), limit(name, 10, 15 * MINUTE), limit(name, 20, DAY)]


# A company's whole office may share one address.
def address_limits(what: str, address: str) -> list[Limit]:
    """The limits on what one network address may try."""
    name = f"{what}:address:{network_of(address)}"
    return [limit(name, 30, MINUTE), limit(name, 600, 60 * MINUTE)]


# Whoever is refused has been sent the same mail before: a stranger can make mails, but keeps none from their owner.
def mailbox_limits(what: str, email: str) -> list[Limit]:
    """The limits on the mails that anybody may have sent to a mailbox. Kept without the address."""
    name = f"{what}:mailbox:{key_of_mailbox(email)}"
    return [limit(name, 3, 10 * MINUTE), limit(name, 10, DAY)]


def key_of_mailbox(email: str) -> str:
    """Names a mailbox in keys. Whoever reads them alone cannot find out which, by trying addresses."""
    return salted_hmac("mailbox", mailbox_of(email), algorithm="sha256").hexdigest()[:32]


def network_of(address: str) -> str:
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
_FORGET = _DELETE.format(which="key = ANY(%(counted)s)")
# For the login, which can send it together with what else it writes. Of a total it gives back its own attempt alone.
GIVE_BACK = """
SELECT FROM accounts_attempts WHERE key = ANY(%(counted)s::text[] || %(totals)s::text[]) ORDER BY key FOR NO KEY UPDATE;
DELETE FROM accounts_attempts WHERE key = ANY(%(counted)s);
UPDATE accounts_attempts SET count = count - 1 WHERE key = ANY(%(totals)s) AND count > 0
"""
# When the last of the limits that are used up opens again: until then every try is refused, and then it counts.
_USED_UP_UNTIL = """
SELECT max(ends_at) FROM accounts_attempts JOIN unnest(%(keys)s::text[], %(most)s::int[]) AS allowed (key, most) USING (key)
WHERE count >= most AND ends_at > %(now)s
"""
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


def demand(limits: Iterable[Limit]) -> None:
    """Counts one attempt. Raises TooManyAttempts, with the time to wait, when a limit is used up."""
    limits = list(limits)
    if not reserve(limits):
        raise TooManyAttempts(retry_after=seconds_to_wait(limits))


def seconds_to_wait(limits: Iterable[Limit]) -> int:
    """After how many seconds an attempt under these limits would be taken, if nobody else makes one; 1 where it would now."""
    asked, now = {limit.key: limit.count for limit in limits}, timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_USED_UP_UNTIL, {"keys": list(asked), "most": list(asked.values()), "now": now})
        opens_at = cursor.fetchone()[0]
    return max(1, math.ceil((opens_at - now).total_seconds())) if opens_at else 1


def is_first_refusal(limits: Iterable[Limit]) -> bool:
    """Whether nobody was refused yet since one of the limits was used up. Asking notes the refusal."""
    asked = {limit.key: limit.count for limit in limits}
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_REFUSAL, {"keys": list(asked), "most": list(asked.values()), "now": timezone.now()})
        return bool(cursor.fetchall())


def forget(limits: Iterable[Limit]) -> None:
    """Gives the attempts back, after a right password."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"counted": [limit.key for limit in limits]})


def locked_until(beginnings: Collection[str]) -> dict[str, datetime]:
    """For each beginning of names under which a limit is used up: when the last of them opens again."""
    if not beginnings:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BEGINNING, [list(beginnings), _LAST_CHARACTER, timezone.now()])
        found = cursor.fetchall()
    return {beginning: ends_at for beginning, key, count, ends_at in found if count >= _allowed_by(key)}


def _allowed_by(key: str) -> int:
    return int(key.rpartition(":")[2].partition("/")[0])


def forget_all(beginning: str) -> None:
    """Gives back the attempts counted under all names that begin like this."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_ALL, {"beginning": beginning, "last": _LAST_CHARACTER})


def forget_old() -> None:
    """Deletes the counts whose window is over."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_OLD, {"now": timezone.now()})
