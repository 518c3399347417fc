"""Serial numbers without gaps: a row locked per chamber and name, never ``max + 1``."""

from django.db import connection

from chambers.models import Chamber

_NEXT = """
INSERT INTO chambers_counter AS c (chamber_id, name, value) VALUES (%s, %s, 1)
ON CONFLICT (chamber_id, name) DO UPDATE SET value = c.value + 1 RETURNING value
"""


def number_to_come(chamber: Chamber, name: str) -> int:
    """What ``next_number`` would give now. Somebody else may be given it first."""
    last = chamber.counters.filter(name=name).values_list("value", flat=True).first() or 0
    return last + 1


def next_number(chamber: Chamber, name: str) -> int:
    """The next number, from 1. The counter stays locked until the caller's transaction ends, and is rolled back with it."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [chamber.pk, name])
        value: int = cursor.fetchone()[0]
    return value
