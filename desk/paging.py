"""Pages of what was searched for, which is never counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import models

from foundation.search import newest_first

ROWS_A_PAGE = 30

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Stretch(Generic[Row]):
    """Some rows of a list of any length, the newest first. The pages beside it are asked for by what its rows are known by
    (``older``, ``newer``, ``oldest`` in the address), so that the last page costs no more than the first."""

    rows: list[Row]
    known_by: str
    has_newer: bool
    has_older: bool

    @property
    def first(self) -> str:
        return str(getattr(self.rows[0], self.known_by))

    @property
    def last(self) -> str:
        return str(getattr(self.rows[-1], self.known_by))


def stretch_of(
    rows: models.QuerySet[Row],
    *,
    chamber_id: int,
    term: str,
    known_by: str,
    asked: Mapping[str, str],
    size: int = ROWS_A_PAGE,
) -> Stretch[Row]:
    """The chamber's rows with the term, at the place that the address asks for: the newest where it names no row of theirs."""

    def key(side: str) -> int | None:
        named = asked.get(side, "")
        if not named.isprintable():  # the database refuses some of what an address can hold
            return None
        return rows.filter(**{known_by: named}).values_list("pk", flat=True).first() if named else None

    def some(beyond: int | None, *, is_backwards: bool) -> list[Row]:
        return newest_first(
            rows, chamber_id=chamber_id, term=term, size=size + 1, beyond=beyond, is_backwards=is_backwards
        )

    newer_than, is_end = key("newer"), "oldest" in asked
    if newer_than or is_end:
        found = some(newer_than, is_backwards=True)
        shown = found[:size][::-1]
        has_newer, has_older = len(found) > size, newer_than is not None
    else:
        older_than = key("older")
        found = some(older_than, is_backwards=False)
        shown = found[:size]
        has_newer, has_older = older_than is not None, len(found) > size
    return Stretch(shown, known_by, has_newer, has_older)
