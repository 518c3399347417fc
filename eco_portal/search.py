"""Searching as people type: full width equals half width, capitals equal small letters, spaces do not count.

A chamber may have a million rows, and a Japanese name two characters, for which PostgreSQL's own trigram index is no help. So
rows keep everything they are found by in ``search_key``, and an index keeps the pieces of that key (``search_grams``, see the
migration of chambers) with the chamber in front of each: a chamber's search touches nothing of another's.
"""

from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.models import Func, TextField, Value
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import GreaterThan

# What is found often is found among the newest rows, where reading them costs less than the index; whatever is rarer than 31 in
# this many has few rows in the index. A chamber with no more rows than this never needs the index.
_NEWEST = 4_000

Row = TypeVar("Row", bound=models.Model)


class Folded(Func):
    """The text as it is compared in searches; stored beside the text in a generated column, so the two cannot differ."""

    template = r"lower(regexp_replace(normalize(%(expressions)s, NFKC), '\s+', '', 'g'))"
    arity = 1

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        super().__init__(*expressions, output_field=TextField(), **extra)


class Grams(Func):
    """All pieces of a key."""

    function = "search_grams"
    arity = 2

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        super().__init__(*expressions, output_field=ArrayField(TextField()), **extra)


class GramsOfTerm(Grams):
    """The fewest pieces that every key with the term has."""

    function = "search_grams_of_term"


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
) -> list[int]:
    """The primary keys of the first ``size`` rows with the term, the newest first, below the key ``beyond``.

    Backwards it is the oldest first, above that key. All rows for an empty term. ``rows`` must belong to the chamber alone.
    """
    if beyond is not None:
        rows = rows.filter(**{"pk__gt" if is_backwards else "pk__lt": beyond})
    ordered = rows.order_by("pk" if is_backwards else "-pk")
    if not term.strip():
        return list(ordered.values_list("pk", flat=True)[:size])
    seen, found = _among_the_next(ordered, term, size)
    if len(found) == size or seen < _NEWEST:
        return found
    return _from_the_index(ordered, chamber_id, term, size)


def _among_the_next(ordered: "models.QuerySet[Row]", term: str, size: int) -> tuple[int, list[int]]:
    """How many rows were looked at, and the keys of those with the term."""
    window = ordered.annotate(has_term=_has(term)).values_list("pk", "has_term")[:_NEWEST]
    sql, given = window.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH row (id, has_term) AS MATERIALIZED ({sql})"  # noqa: S608 (Django's own SQL)
            " SELECT (SELECT count(*) FROM row), ARRAY(SELECT id FROM row WHERE has_term LIMIT %s)",
            [*given, size],
        )
        seen, found = cursor.fetchone()
    return seen, found


def _from_the_index(ordered: "models.QuerySet[Row]", chamber_id: int, term: str, size: int) -> list[int]:
    """Materialized, because PostgreSQL would rather walk through all rows in their order, hoping to meet enough of them soon."""
    matching: models.QuerySet[Any] = ordered.filter(_has(term))
    if len(term.strip()) > 1 or not term.strip().isascii():  # one letter is in too many rows to be worth a piece
        grams = GramsOfTerm(Value(chamber_id), Folded(Value(term)))
        matching = matching.alias(grams=Grams("chamber_id", "search_key")).filter(grams__contains=grams)
    sql, given = matching.order_by().values_list("pk").query.sql_with_params()
    direction = "DESC" if ordered.query.order_by == ("-pk",) else "ASC"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH row (id) AS MATERIALIZED ({sql}) SELECT id FROM row ORDER BY id {direction} LIMIT %s",  # noqa: S608
            [*given, size],
        )
        return [row[0] for row in cursor.fetchall()]


def _has(term: str) -> GreaterThan:
    """Not LIKE: PostgreSQL would choose its plan by the term."""
    return GreaterThan(StrIndex("search_key", Folded(Value(term))), 0)
