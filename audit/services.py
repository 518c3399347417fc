"""Writing the audit chain, and proving that nobody rewrote it."""

import json
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC
from typing import Any, ClassVar, Protocol

from django.db import connection, models, transaction
from django.utils import timezone

from audit.models import AuditEntry
from chambers.models import Chamber

# The network address that the current request came from; set by the access layer, empty in tasks and commands.
client_address: ContextVar[str | None] = ContextVar("client_address", default=None)

_GENESIS = "0" * 64
_LOCK_CLASS = 0x41554449  # keeps our advisory locks apart from anybody else's


class Actor(Protocol):
    """The row of somebody who acts."""

    _meta: ClassVar[Any]
    pk: Any

    def demand_right(self) -> None:
        """Raises WrongStatus where what gave the right to act has been taken away since the row was read."""


def name_of(row: models.Model | Actor | None) -> str:
    """How the chain names a row: its model and key. A model that has moved to another app keeps its name (``recorded_as``),
    for nothing in the chain is ever rewritten."""
    return f"{getattr(row, 'recorded_as', row._meta.label)}:{row.pk}" if row is not None else ""


@transaction.atomic(savepoint=False)
def record(
    action: str,
    *,
    chamber: Chamber | None,
    actor: Actor | None = None,
    subject: models.Model | None = None,
    **details: Any,
) -> AuditEntry:
    """Appends one entry in the caller's transaction: what is rolled back was never recorded.

    Details are JSON values and never secrets. The chain of a chamber is locked until the transaction ends. To end somebody's
    right is recorded, too: whoever waited for the chain meanwhile is refused. Raises what ``actor`` raises.
    """
    sequence, head = _lock_head(chamber)
    if actor is not None:
        actor.demand_right()
    entry = AuditEntry(
        chamber=chamber,
        sequence=sequence + 1,
        recorded_at=timezone.now().astimezone(UTC),
        action=action,
        actor=name_of(actor),
        subject=name_of(subject),
        address=client_address.get(),
        details=details,
        previous_hash=head,
    )
    entry.entry_hash = entry.compute_hash()
    _append(entry)
    return entry


def entries_about(row: models.Model, *, chamber: Chamber) -> models.QuerySet[AuditEntry]:
    """What the chamber's chain says about a row, the newest first."""
    return AuditEntry.objects.filter(chamber=chamber, subject=name_of(row)).order_by("-sequence")


# In SQL, as is _LOCK_HEAD below: every act is recorded, and composing them anew cost more than the database's own work.
_APPEND = """
INSERT INTO audit_auditentry
  (chamber_id, sequence, recorded_at, action, actor, subject, address, details, previous_hash, entry_hash)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""


def _append(entry: AuditEntry) -> None:
    said = (
        entry.chamber_id,
        entry.sequence,
        entry.recorded_at,
        entry.action,
        entry.actor,
        entry.subject,
        entry.address,
    )
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, [*said, json.dumps(entry.details), entry.previous_hash, entry.entry_hash])
        entry.pk = cursor.fetchone()[0]
    entry._state.adding = False


# Two statements in one journey to the database; the second sees what was committed while the first waited.
_LOCK_HEAD = """
SELECT pg_advisory_xact_lock({lock_class}, %(lock)s);
SELECT sequence, entry_hash FROM audit_auditentry WHERE chamber_id {is_ours} ORDER BY sequence DESC LIMIT 1
"""


def _lock_head(chamber: Chamber | None) -> tuple[int, str]:
    """Keeps the chain to this transaction; returns its last entry's place and hash."""
    is_ours = "= %(lock)s" if chamber else "IS NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            _LOCK_HEAD.format(lock_class=_LOCK_CLASS, is_ours=is_ours), {"lock": chamber.pk if chamber else 0}
        )
        cursor.nextset()
        return cursor.fetchone() or (0, _GENESIS)


@dataclass(frozen=True)
class Fault:
    """Where a chain is broken, and how."""

    chamber_id: int | None
    sequence: int
    what: str


def faults(chamber: Chamber | None, *, expected_heads: Iterable[tuple[int, str]] = ()) -> Iterator[Fault]:
    """Walks one chain. ``expected_heads`` (sequence, hash), kept elsewhere, also show entries cut off at the end, and a chain
    that was computed anew."""
    chamber_id = chamber.pk if chamber else None
    noted = set(expected_heads)
    sequence, previous = 0, _GENESIS
    for entry in AuditEntry.objects.filter(chamber=chamber).order_by("sequence").iterator(chunk_size=2000):
        sequence += 1
        if entry.sequence != sequence:
            yield Fault(chamber_id, sequence, "missing")
            sequence = entry.sequence
        elif entry.previous_hash != previous:
            yield Fault(chamber_id, sequence, "not linked to the entry before")
        if entry.entry_hash != entry.compute_hash():
            yield Fault(chamber_id, sequence, "altered")
        previous = entry.entry_hash
        if any(at == sequence and digest != previous for at, digest in noted):
            yield Fault(chamber_id, sequence, "not the head that was noted")
    if any(at > sequence for at, _digest in noted):
        yield Fault(chamber_id, sequence + 1, "cut off")
