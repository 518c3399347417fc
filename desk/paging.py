"""Pages of long lists without counting them: one row more than is shown tells whether there is another page."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import models

ROWS_A_PAGE = 30
# Nobody turns so many pages; and a number must fit the database's.
_LAST_PAGE = 10_000

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list, and whether there are more."""

    rows: list[Row]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def previous_number(self) -> int:
        return self.number - 1

    @property
    def next_number(self) -> int:
        return self.number + 1


def page_of(rows: models.QuerySet[Row], wanted: str | None, *, size: int = ROWS_A_PAGE) -> Page[Row]:
    """The wanted page, counted from 1; the first one for anything that is no number of a page."""
    number = int(wanted) if wanted and wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else 1
    number = min(max(number, 1), _LAST_PAGE)
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    return Page(found[:size], number, len(found) > size)
