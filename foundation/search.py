"""Searching as people type: full width equals half width, capitals equal small letters; every dash, wave and long sound equals a
hyphen; spaces, invisible marks and the selectors of a kanji's shape (葛󠄀 is 葛) do not count.

A chamber may have a million rows, and a Japanese name two characters, for which PostgreSQL's own trigram index is no help. So
rows keep everything they are found by in ``search_key``, and an index keeps the pieces of that key (``search_grams``, see the
migration of chambers) with the chamber in front of each: a chamber's search touches nothing of another's.
"""

import re
import unicodedata
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.models import Func, Lookup, TextField, Value
from django.db.models.functions import Concat

from foundation.text import DASHES, WAVES

# What is found often is found among the newest rows, where reading them costs less than the index. Of what is not found once
# among the first of them, the index holds few.
_NEWEST, _MORE = 1_000, 8_000

Row = TypeVar("Row", bound=models.Model)


# What does not count, in the words of PostgreSQL's regular expressions.
_UNSEEN = (
    r"[\s\u00AD\u180B-\u180D\u180F\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFE00-\uFE0F\uFEFF\U000E0100-\U000E01EF]+"
)
# After NFKC, which has made the rest of them one of these; the hyphen, which they equal, is none of them.
_LINES = "".join(sorted(set(DASHES + WAVES) - {"-"}))
_AS_HYPHENS = dict.fromkeys(map(ord, _LINES), "-")


class Folded(Func):
    """The text as it is compared in searches; stored beside the text in a generated column, so the two cannot differ. Whoever
    changes it writes a migration that makes these columns anew."""

    template = (
        f"lower(regexp_replace(translate(normalize(%(expressions)s, NFKC), '{_LINES}', '{'-' * len(_LINES)}'),"
        f" '{_UNSEEN}', '', 'g'))"
    )
    arity = 1

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        super().__init__(*expressions, output_field=TextField(), **extra)


def fold(text: str) -> str:
    """The same in Python."""
    composed = unicodedata.normalize("NFKC", text).translate(_AS_HYPHENS)
    return re.sub(_UNSEEN, "", composed).lower()


@TextField.register_lookup
class HasTerm(Lookup):
    """``column__has_term="田中"``: whether a folded column contains the term, however it is typed."""

    lookup_name = "has_term"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        column, given = self.process_lhs(compiler, connection)
        term, typed = self.process_rhs(compiler, connection)
        return _has_term(column, term), (*given, *typed)


def _has_term(column: str, term: str) -> str:
    return f"strpos({column}, {Folded.template % {'expressions': term}}) > 0"


class Grams(Func):
    """All pieces of a key."""

    function = "search_grams"
    arity = 2

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        super().__init__(*expressions, output_field=ArrayField(TextField()), **extra)


def search_key_of(*columns: str) -> models.GeneratedField:
    """The folded columns, a line each, so that no term is found across two of them."""
    lines: list[Any] = [Folded(columns[0])]
    for column in columns[1:]:
        lines += [Value("\n"), Folded(column)]
    expression = Concat(*lines, output_field=TextField()) if columns[1:] else lines[0]
    return models.GeneratedField(expression=expression, output_field=TextField(), db_persist=True)


def search_index(name: str) -> GinIndex:
    """Without the list of pending entries: rows are written rarely, and searching that list would take long."""
    return GinIndex(Grams("chamber_id", "search_key"), name=name, fastupdate=False)


def newest_first(
    rows: "models.QuerySet[Row]",
    *,
    chamber_id: int,
    term: str,
    size: int,
    beyond: int | None = None,
    is_backwards: bool = False,
) -> "list[Row]":
    """The first ``size`` rows with the term, the newest first, below the key ``beyond``.

    Backwards it is the oldest first, above that key. All rows for an empty term. ``rows`` must belong to the chamber alone.
    """
    order = "pk" if is_backwards else "-pk"
    if beyond is not None:
        rows = rows.filter(**{"pk__gt" if is_backwards else "pk__lt": beyond})
    if not fold(term):
        return list(rows.order_by(order)[:size])
    keys = _keys(_Search(rows, chamber_id, term, size, is_backwards=is_backwards))
    return list(rows.filter(pk__in=keys).order_by(order)) if keys else []


def _keys(search: "_Search") -> list[int]:
    found, are_all, by_index = search.first_look()
    if not found:
        return by_index
    if len(found) == search.size or are_all:
        return found
    is_frequent = len(found) * _MORE >= search.size * _NEWEST
    found = search.among(_MORE) if is_frequent else []
    return found if len(found) == search.size else search.by_index()


class _Search:
    """The statements of one search. Their conditions use no LIKE, because PostgreSQL would choose its plan by the term; and
    they are materialized, because it would rather walk through all rows in their order, hoping to meet enough of them soon."""

    def __init__(
        self, rows: "models.QuerySet[Any]", chamber_id: int, term: str, size: int, *, is_backwards: bool
    ) -> None:
        sql, self._given = rows.order_by().values_list("pk", "chamber_id", "search_key").query.sql_with_params()
        self._rows = f"SELECT id, search_key FROM ({sql}) AS visible (id, chamber_id, search_key)"
        self._chamber_id, self._term, self.size = chamber_id, term, size
        self._order = "ASC" if is_backwards else "DESC"

    def first_look(self) -> tuple[list[int], bool, list[int]]:
        """Those of the newest rows that have the term; whether some but not enough were found, and there are no more rows;
        and where none was found, those of all rows."""
        newest, looked_at = self._newest(_NEWEST)
        indexed, looked_up = self._indexed()
        sql = f"""WITH found AS MATERIALIZED ({newest}),
            indexed AS MATERIALIZED ({indexed} AND NOT EXISTS (SELECT FROM found))
            SELECT ARRAY({self._some("found")}),
                (SELECT count(*) FROM found) BETWEEN 1 AND %s AND NOT EXISTS ({self._rows} OFFSET {_NEWEST}),
                ARRAY({self._some("indexed")})"""
        found, are_all, by_index = _ask(
            sql, [*looked_at, *looked_up, self.size, self.size - 1, *self._given, self.size]
        )
        return found, are_all, by_index

    def among(self, number: int) -> list[int]:
        """Those of so many of the newest rows that have the term."""
        newest, looked_at = self._newest(number)
        found: list[int] = _ask(f"SELECT ARRAY({newest})", looked_at)[0]
        return found

    def by_index(self) -> list[int]:
        indexed, looked_up = self._indexed()
        sql = f"WITH indexed AS MATERIALIZED ({indexed}) SELECT ARRAY({self._some('indexed')})"
        found: list[int] = _ask(sql, [*looked_up, self.size])[0]
        return found

    def _newest(self, number: int) -> tuple[str, list[Any]]:
        """No further row is read when there are enough with the term."""
        newest = f"{self._rows} ORDER BY id {self._order} LIMIT {number}"
        return self._some(f"({newest}) newest WHERE {_HAS_TERM}"), [*self._given, self._term, self.size]

    def _indexed(self) -> tuple[str, list[Any]]:
        compared = fold(self._term)
        if len(compared) == 1 and compared.isascii():  # in too many rows to be worth a piece
            return f"{self._rows} WHERE {_HAS_TERM}", [*self._given, self._term]
        return (
            f"{self._rows} WHERE {_HAS_GRAMS} AND {_HAS_TERM}",
            [*self._given, self._chamber_id, self._term, self._term],
        )

    def _some(self, table: str) -> str:
        return f"SELECT id FROM {table} ORDER BY id {self._order} LIMIT %s"


_FOLDED = Folded.template % {"expressions": "%s"}
_HAS_TERM = _has_term("search_key", "%s")
_HAS_GRAMS = f"search_grams(chamber_id, search_key) @> search_grams_of_term(%s, {_FOLDED})"


def _ask(sql: str, given: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchone()
