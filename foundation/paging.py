"""Long lists, a page at a time: each page begins where the one before it ended, whatever has come or gone in the meantime."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

Row = TypeVar("Row", bound=models.Model)

_BETWEEN = "~"  # the values of a key in an address


@dataclass(frozen=True)
class _Order:
    """How a list is sorted: by fields of its model, all upwards or all downwards."""

    fields: "tuple[models.Field[Any, Any], ...]"
    is_downwards: bool

    @classmethod
    def of(cls, rows: "models.QuerySet[Any]") -> Self:
        meta, names = rows.model._meta, [str(name) for name in rows.query.order_by]
        (is_downwards,) = {name.startswith("-") for name in names}
        bare = [name.removeprefix("-") for name in names]
        return cls(tuple(meta.pk if name == "pk" else meta.get_field(name) for name in bare), is_downwards)

    def key_of(self, row: models.Model) -> str:
        """A row's place, for an address."""
        return _BETWEEN.join(field.value_to_string(row) for field in self.fields)

    def place(self, key: str) -> list[Any] | None:
        """The values in a key; None for what is no key of this order."""
        parts = key.split(_BETWEEN)
        if (
            len(parts) != len(self.fields) or not key.isprintable()
        ):  # the database refuses some of what an address can hold
            return None
        try:
            return [_stored(field.clean(part, None)) for field, part in zip(self.fields, parts, strict=True)]
        except (ValidationError, ValueError, OverflowError):
            return None

    def beyond(self, place: list[Any], *, is_backwards: bool = False) -> Q:
        """What follows the place, or with ``is_backwards`` goes before it."""
        side = "lt" if self.is_downwards != is_backwards else "gt"
        found, same = Q(), Q()
        for field, value in zip(self.fields, place, strict=True):
            found |= same & Q(**{f"{field.name}__{side}": value})
            same &= Q(**{field.name: value})
        # Said once more, because the database looks up in an index only what stands outside of the ORs.
        return Q(**{f"{self.fields[0].name}__{side}e": place[0]}) & found


def _stored(value: Any) -> Any:
    """A time in UTC, as the database takes it: there are offsets that it refuses. Raises ValueError for one without any, and
    OverflowError for one before the first year or after the last."""
    if not isinstance(value, dt.datetime):
        return value
    if timezone.is_naive(value):
        raise ValueError
    return value.astimezone(dt.UTC)


@dataclass
class KeyedPage(Generic[Row]):
    """Some rows of a list, with the addresses of the pages beside it. ``listed`` is the whole list."""

    rows: list[Row]
    listed: "models.QuerySet[Row]"
    asked: QueryDict
    name: str
    has_previous: bool
    has_next: bool

    @property
    def is_long(self) -> bool:
        """Whether there is more than this page."""
        return self.has_previous or self.has_next

    @cached_property
    def count(self) -> int:
        """Of the whole list. Asked for only where it is longer than a page."""
        return self.listed.count() if self.is_long else len(self.rows)

    @property
    def first_address(self) -> str:
        return self._address()

    @property
    def previous_address(self) -> str:
        return self._address(before=self._key_of(0)) if self.rows else self.first_address

    @property
    def next_address(self) -> str:
        return self._address(after=self._key_of(-1))

    def _key_of(self, place: int) -> str:
        return _Order.of(self.listed).key_of(self.rows[place])

    def _address(self, **keys: str) -> str:
        """What the reader asks for, with this list at another place."""
        asked = self.asked.copy()
        for side in ("after", "before"):
            asked.pop(_parameter(self.name, side), None)
        asked.update({_parameter(self.name, side): key for side, key in keys.items()})
        return f"?{asked.urlencode()}" + (f"#{self.name}" if self.name else "")


def _parameter(name: str, side: str) -> str:
    return f"{name}_{side}" if name else side


def page_by_key(rows: "models.QuerySet[Row]", asked: QueryDict, *, size: int, name: str = "") -> KeyedPage[Row]:
    """The page that an address asks for; the first one where it names none.

    ``rows`` are ordered by fields of their own model, all upwards or all downwards, that are never empty and together differ
    from row to row. Their values are in the addresses: a row that was moved or deleted since leaves its place behind. Where
    a page of the portal holds more than this list, ``name`` is where on it the list begins, and stands before its ``after`` and
    ``before`` in an address.
    """
    order = _Order.of(rows)
    after, before = (order.place(asked.get(_parameter(name, side), "")) for side in ("after", "before"))
    if before is not None:
        found = list(rows.filter(order.beyond(before, is_backwards=True)).reverse()[: size + 1])
        if len(found) > size:
            return KeyedPage(found[:size][::-1], rows, asked, name, has_previous=True, has_next=True)
        after = None  # nothing goes before this page: it is the first, and whole
    found = list((rows.filter(order.beyond(after)) if after else rows)[: size + 1])
    return KeyedPage(found[:size], rows, asked, name, has_previous=after is not None, has_next=len(found) > size)
