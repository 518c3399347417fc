"""Drawings of numbers, as SVG: small, without style attributes or script, told apart without colour, legible on a phone.

All text is escaped. A chart is a picture for whoever sees it; beside it stands the table that says the same.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

WIDTH = 380
_TEXT = 14  # font size, and the width of a Japanese character
_DIGIT = 8  # the width of a Latin character
_MARGIN = 4
_INK, _SOFT, _LINE, _STRONG = "#1a1a1c", "#4d4d4d", "#d0d6e0", "#0017c1"
# Ground and writing of a bar's parts, from dark to light: they stay apart in grey.
_PARTS = (("#0017c1", "#ffffff"), ("#7096f8", "#000000"), ("#c5d7fb", "#000000"), ("#ffffff", "#000000"))

_ROW, _BAR = 28, 20  # of bars
_LEGEND = 26
_PLOT = 190  # the height of lines


@dataclass(frozen=True)
class Label:
    """What stands at a value: the month, and its year where one begins to be spoken of."""

    text: str
    year: str = ""

    def __str__(self) -> str:
        return f"{self.year}{self.text}"


@dataclass(frozen=True)
class Series:
    """Values of one kind, one a label; None where there is none."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Caption:
    """A chart's name among those of the page, its title, and what it shows in a sentence."""

    key: str
    title: str
    description: str


def bars(caption: Caption, labels: Sequence[Label], *series: Series) -> SafeString:
    """One lying bar a label. Several series stand behind each other, with their values inside and the total at the end."""
    totals = [sum(value or 0 for value in column) for column in zip(*(each.values for each in series), strict=True)]
    steps = _steps(max(totals, default=0), whole=True)
    left = max(map(_width, map(str, labels)), default=0) + 2 * _MARGIN
    right = max(map(_width, map(_shown, totals)), default=0) + 2 * _MARGIN
    top = _LEGEND if len(series) > 1 else 0
    bottom = top + _ROW * len(labels)
    scale = (WIDTH - left - right) / steps[-1]
    drawn = [
        _legend(series) if len(series) > 1 else "",
        _each(_upright(left + step * scale, top, bottom, step) for step in steps),
        _each(
            _bar(str(label), [each.values[row] or 0 for each in series], left, top + _ROW * row, scale)
            for row, label in enumerate(labels)
        ),
    ]
    return _picture(caption, bottom + 20, drawn)


def _bar(label: str, values: Sequence[float], left: float, top: float, scale: float) -> SafeString:
    middle = top + _ROW / 2
    drawn = [_text(left - _MARGIN, middle + 5, label, anchor="end")]
    x = left
    for value, (ground, ink) in zip(values, _PARTS, strict=False):
        width = value * scale
        if value:
            drawn.append(_rectangle(x, middle - _BAR / 2, width, _BAR, ground))
        if len(values) > 1 and width >= _width(_shown(value)) + 2:
            drawn.append(_text(x + width / 2, middle + 5, _shown(value), anchor="middle", ink=ink))
        x += width
    drawn.append(_text(x + _MARGIN, middle + 5, _shown(sum(values)), bold=True))
    return _each(drawn)


def _legend(series: Sequence[Series]) -> SafeString:
    drawn: list[SafeString] = []
    x = float(_MARGIN)
    for each, (ground, _ink) in zip(series, _PARTS, strict=False):
        drawn += [_rectangle(x, 3, 14, 14, ground), _text(x + 18, 15, each.name)]
        x += 18 + _width(each.name) + 14
    return _each(drawn)


def _upright(x: float, top: float, bottom: float, step: float) -> SafeString:
    """A line of the scale, with its number below."""
    return _each(
        [_stroke(x, top, x, bottom, _LINE), _text(x, bottom + 15, _shown(step), anchor="middle", size=12, ink=_SOFT)]
    )


def lines(caption: Caption, labels: Sequence[Label], low: Series, high: Series, *, unit: str) -> SafeString:
    """Two courses over time, the one never above the other: a full line with dots, a broken one with squares.

    A month without a value interrupts the line. Each line bears its name and its last value.
    """
    known = [value for each in (low, high) for value in each.values if value is not None]
    steps = _steps(max(known, default=0), whole=False)
    left = max(map(_width, map(_shown, steps))) + 2 * _MARGIN
    right = max(_width(each.name) for each in (low, high)) + 3 * _MARGIN
    top, bottom = 28, 28 + _PLOT
    pitch = (WIDTH - left - right) / max(len(labels) - 1, 1)
    scale = _PLOT / steps[-1]

    def place(row: int, value: float) -> tuple[float, float]:
        return left + 6 + row * (pitch - 12 / max(len(labels) - 1, 1)), bottom - value * scale

    drawn = [
        _text(_MARGIN, 14, _("(%(unit)s)") % {"unit": unit}, ink=_SOFT),
        _each(_level(left, WIDTH - right, bottom - step * scale, step) for step in steps),
        _each(_below(place(row, 0)[0], bottom, label) for row, label in enumerate(labels)),
    ]
    if known:
        drawn += [_course(low, place, is_low=True), _course(high, place, is_low=False)]
        drawn.append(_names(low, high, place))
    else:
        drawn.append(_text(WIDTH / 2, top + _PLOT / 2, _("対象の申請はありません"), anchor="middle", ink=_SOFT))
    return _picture(caption, bottom + 44, drawn)
