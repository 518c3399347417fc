"""Queries that every page needs: composed once, and planned once a connection.

Composing one anew takes Python several times as long as the database needs for it, and planning a join of four tables takes the
database several times as long as looking up the four rows.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import connection, models
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=models.Model)


class Prepared(Generic[Row]):
    """A query for a row by one text value, with select_related as it was composed. SQL and objects are those of Django.

    The plan is PostgreSQL's generic one: right for rows found by a key, wrong where it would depend on the value.
    """

    _VALUE = "value"

    def __init__(self, name: str, compose: Callable[[str], "models.QuerySet[Row]"]) -> None:
        self._name = name
        self._compose = compose
        self._planned: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()

    def first(self, value: str) -> Row | None:
        """The row for the value."""
        with connection.cursor() as cursor:
            self._plan(connection.connection)
            cursor.execute(f"EXECUTE {self._name} (%s)", [value])
            found = cursor.fetchone()
        return None if found is None else self._object(found)

    def _plan(self, session: Any) -> None:
        """Prepared statements belong to a database session."""
        if session not in self._planned:
            with connection.wrap_database_errors:
                session.execute(f"PREPARE {self._name} (text) AS {self._compiled[0]}")
            self._planned[session] = True

    @cached_property
    def _compiled(self) -> tuple[str, Any]:
        compiler = self._compose(self._VALUE).query.get_compiler(connection=connection)
        sql, given = compiler.as_sql()
        if tuple(given) != (self._VALUE,):
            raise TypeError(f"{self._name} must take one value and nothing else, not {given}.")
        return sql.replace("%s", "$1").replace("%%", "%"), compiler

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
