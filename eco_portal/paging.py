"""Pages of lists that mostly fit on one."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property


class ShortListPaginator(Paginator):  # type: ignore[type-arg]
    """Django's Paginator, which asks for the number of rows only where they do not fit the first page."""

    @cached_property
    def _first_rows(self) -> list[Any]:
        """The first page and one row more."""
        return list(self.object_list[: self.per_page + 1])

    @cached_property
    def count(self) -> int:
        return len(self._first_rows) if len(self._first_rows) <= self.per_page else super().count

    def page(self, number: int | str) -> "Page[Any]":
        if self.validate_number(number) == 1:
            return Page(self._first_rows[: self.per_page], 1, self)
        return super().page(number)
