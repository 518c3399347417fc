"""The desk's numbers for spreadsheets: UTF-8 with a byte order mark, lines as RFC 4180 wants them."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from chambers.models import Chamber
from desk.numbers import Period
from desk.numbers_figures import Cell, Figure

# What makes a spreadsheet take a text for a formula (OWASP, CSV injection); an apostrophe before it makes it text again.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def one_table(table: Figure) -> bytes:
    """The names of the columns, then the rows."""
    return _written(_lines(table))


def all_tables(chamber: Chamber, period: Period, shown: Iterable[Figure]) -> bytes:
    """Whose numbers and which months, then every table under its title, an empty line between them."""
    first, last = (date_format(month, "Y年n月") for month in (period.months[0], period.last_month))
    lines: list[Sequence[Cell | str]] = [
        [chamber.name, _("%(first)sから%(last)sまで") % {"first": first, "last": last}],
    ]
    for table in shown:
        lines += [[], [table.title], *_lines(table)]
    return _written(lines)


def _lines(table: Figure) -> list[Sequence[Cell | str]]:
    rows = [*table.rows, *([table.total] if table.total else [])]
    return [table.columns, *([row.name, *row.cells] for row in rows)]


def _written(lines: Iterable[Sequence[Cell | str]]) -> bytes:
    page = io.StringIO()
    csv.writer(page).writerows([_harmless(cell) for cell in line] for line in lines)
    return page.getvalue().encode("utf-8-sig")


def _harmless(cell: Cell | str) -> Cell | str:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
