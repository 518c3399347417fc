"""Queries that every page needs: composed once, and planned a few times a connection.

Composing one anew takes Python several times as long as the database needs for it, and planning a join of four tables takes the
database several times as long as looking up the four rows.
"""

from collections.abc import Callable
from functools import cached_property
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import connection, models
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=models.Model)


class PreparedText:
    """A hand-written query by some values, of the given PostgreSQL types; ``$1`` and so on stand for them in the text.

    PostgreSQL plans the first five executions by their values and then keeps its generic plan: right for rows found by a
    key, wrong where the plan would depend on the values.
    """

    def __init__(self, name: str, text: str, *types: str) -> None:
        self._prepare = f"PREPARE {name} ({', '.join(types)}) AS {text}"
        self._execute = f"EXECUTE {name} ({', '.join(['%s'] * len(types))})"
        self._planned: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """The rows for the values."""
        with connection.cursor() as cursor:
            self._plan(connection.connection)
            cursor.execute(self._execute, values)
            return list(cursor.fetchall())

    def _plan(self, session: Any) -> None:
        """Prepared statements belong to a database session."""
        if session not in self._planned:
            with connection.wrap_database_errors:
                session.execute(self._prepare)
            self._planned[session] = True


class Prepared(Generic[Row]):
    """A query for a row by text values, with select_related as it was composed. SQL and objects are those of Django."""

    def __init__(self, name: str, compose: Callable[..., "models.QuerySet[Row]"], values: int = 1) -> None:
        self._name = name
        self._compose = compose
        self._values = [f"value {place}" for place in range(values)]
        self._composing = Lock()
        self._composed: tuple[PreparedText, Any] | None = None

    def first(self, *values: str) -> Row | None:
        """The row for the values, given as ``compose`` takes them."""
        found = self._compiled[0].rows(*values)
        return self._object(found[0]) if found else None

    @property
    def _compiled(self) -> tuple[PreparedText, Any]:
        """Composed once in a process, however many threads ask first: a second text would prepare again, under the same name, on a
        connection for which only the first one knows that it has."""
        if self._composed is None:
            with self._composing:
                self._composed = self._composed or self._compile()
        return self._composed

    def _compile(self) -> tuple[PreparedText, Any]:
        compiler = self._compose(*self._values).query.get_compiler(connection=connection)
        sql, given = compiler.as_sql()
        if list(given) != self._values:
            raise TypeError(f"{self._name} must take its values in their order and nothing else, not {given}.")
        for place in range(1, len(given) + 1):
            sql = sql.replace("%s", f"${place}", 1)
        return PreparedText(self._name, sql.replace("%%", "%"), *["text"] * len(given)), compiler

    @cached_property
    def _object(self) -> Callable[[Any], Row]:
        """As Django's ModelIterable makes a row's objects."""
        compiler = self._compiled[1]
        found, select = compiler.klass_info, compiler.select
        model, first, last = found["model"], found["select_fields"][0], found["select_fields"][-1] + 1
        names = [each[0].target.attname for each in select[first:last]]
        populators = get_related_populators(found, select, connection.alias)  # type: ignore[call-arg]  # the stubs are of a later Django
        converters = compiler.get_converters([each[0] for each in select])

        def populate(row: Any) -> Row:
            if converters:
                row = next(iter(compiler.apply_converters([row], converters)))
            made: Row = model.from_db(connection.alias, names, row[first:last])
            for populator in populators:
                populator.populate(row, made)
            return made

        return populate
