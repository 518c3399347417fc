"""Drawings of numbers, as SVG: small, without style attributes or script, told apart without colour, legible on a phone.

All text is escaped. A chart is one picture to whoever cannot see it; beside it stands the table that says the same.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from desk import svg
from desk.svg import Caption

_SMALL = 12  # font size
_GAP = 6
_SOFT, _LINE = "#4d4d4d", "#d0d6e0"
# Ground and writing of the parts of a bar, from dark to light, so that they stay apart in grey.
_EIGHT = (
    *(("#000a4a", "#ffffff"), ("#0017c1", "#ffffff"), ("#2a45e8", "#ffffff"), ("#4f70f5", "#000000")),
    *(("#7a97f7", "#000000"), ("#9db3fa", "#000000"), ("#c3d3fd", "#000000"), ("#ffffff", "#000000")),
)
_FOUR = (_EIGHT[1], _EIGHT[4], _EIGHT[6], _EIGHT[7])  # further apart, where they suffice
_ROW, _BAR = 28, 20  # heights of a row and of the bar in it
_LEGEND, _NAMES = 28, 22  # heights of the row that says what the grounds mean, and of a further one before it
_PLOT = 190  # height of the lines' field

_Part = tuple[str, str]


@dataclass(frozen=True)
class Label:
    """What stands at a value: a month, with its year where the year begins to be spoken of; or any other name."""

    text: str
    year: str = ""

    def __str__(self) -> str:
        return f"{self.year}{self.text}"


@dataclass(frozen=True)
class Counts:
    """A number of things for each label."""

    name: str
    values: Sequence[int]


@dataclass(frozen=True)
class Measures:
    """A measure for each label; None where there was nothing to measure."""

    name: str
    values: Sequence[float | None]


def bars(caption: Caption, labels: Sequence[Label], *series: Counts) -> SafeString:
    """One lying bar a label, with its number. Up to eight series follow one another in it, the sum stands at its end. Raises
    ValueError for more: a part without a ground of its own would be left out, and the sum be wrong."""
    parts = _parts(len(series))
    columns = list(zip(*(each.values for each in series), strict=True))
    steps = _steps(max(map(sum, columns), default=0), least=1)
    left = max((svg.width_of(str(label)) for label in labels), default=0) + 2 * _GAP
    right = svg.width_of(_count(steps[-1])) + 2 * _GAP
    names, legend = _part_names(series, parts)
    top = legend or _GAP
    bottom = top + _ROW * len(labels)
    scale = (svg.WIDTH - left - right) / steps[-1]
    drawn = [
        *(_scale_line(left + step * scale, top, bottom, step) for step in steps),
        *(
            _bar(str(label), list(zip(values, parts, strict=True)), left, top + _ROW * row, scale)
            for row, (label, values) in enumerate(zip(labels, columns, strict=True))
        ),
    ]
    return svg.picture(caption, bottom + 20, [*names, *drawn])


def _scale_line(x: float, top: float, bottom: float, step: float) -> SafeString:
    """An upright line of the scale with its number below."""
    number = svg.text(x, bottom + 16, _count(step), anchor="middle", size=_SMALL, ink=_SOFT)
    return svg.together([svg.line([(x, top), (x, bottom)], _LINE), number])


def _parts(count: int) -> Sequence[_Part]:
    """Ground and writing for each of so many series."""
    if count > len(_EIGHT):
        raise ValueError(f"There are grounds for {len(_EIGHT)} series, not for {count}.")
    return (_FOUR if count <= len(_FOUR) else _EIGHT)[:count]


def _bar(label: str, parts: Sequence[tuple[int, _Part]], left: float, top: float, scale: float) -> SafeString:
    base = top + _ROW / 2 + svg.TEXT / 2 - 2
    drawn = [svg.text(left - _GAP, base, label, anchor="end")]
    x = left
    for value, (ground, ink) in parts:
        width = value * scale
        if value:
            drawn.append(svg.rectangle(x, top + (_ROW - _BAR) / 2, width, _BAR, ground))
        if len(parts) > 1 and value and width > svg.width_of(_count(value), _SMALL) + 2:
            drawn.append(svg.text(x + width / 2, base - 1, _count(value), anchor="middle", size=_SMALL, ink=ink))
        x += width
    total = sum(value for value, _part in parts)
    return svg.together([*drawn, svg.text(x + _GAP, base, _count(total), is_bold=True)])


def _part_names(series: Sequence[Counts], parts: Sequence[_Part]) -> tuple[list[SafeString], float]:
    """Which ground means what, in as many rows as it takes, and their height; a single series needs no telling."""
    if len(series) == 1:
        return [], 0
    drawn, x, y = [], float(_GAP), 2.0
    for each, (ground, _ink) in zip(series, parts, strict=True):
        width = 19 + svg.width_of(each.name) + 14
        if x > _GAP and x + width > svg.WIDTH:
            x, y = float(_GAP), y + _NAMES
        drawn += [svg.rectangle(x, y, 14, 14, ground), svg.text(x + 19, y + 12, each.name)]
        x += width
    return drawn, y - 2 + _LEGEND


@dataclass(frozen=True)
class _Field:
    """Where the lines of a chart run: months from left to right, values upwards."""

    left: float
    top: float
    months: int
    most: float

    @property
    def bottom(self) -> float:
        return self.top + _PLOT

    @property
    def pitch(self) -> float:
        return (svg.WIDTH - self.left - _GAP) / max(self.months, 1)

    def x(self, month: int) -> float:
        return self.left + self.pitch * (month + 0.5)

    def y(self, value: float) -> float:
        return self.bottom - value / self.most * _PLOT

    def points(self, series: Measures) -> list[tuple[float, float] | None]:
        """The place of each value."""
        return [None if value is None else (self.x(month), self.y(value)) for month, value in enumerate(series.values)]


def lines(caption: Caption, labels: Sequence[Label], low: Measures, high: Measures) -> SafeString:
    """Two courses over time, the one never above the other: a full line with dots, and a broken one with squares.

    A month without a value interrupts them.
    """
    known = [value for each in (low, high) for value in each.values if value is not None]
    steps = _steps(max(known, default=4), least=0.1)
    left = max(svg.width_of(_count(step), _SMALL) for step in steps) + 2 * _GAP
    field = _Field(left, _LEGEND + svg.TEXT, len(labels), steps[-1])
    drawn = [
        *_line_names(low, high),
        *(_level(field, step) for step in steps),
        *_months_below(field, labels),
        _course(field, high, dash="5 4"),
        _course(field, low, dash="none"),
        *(svg.square(*point) for point in field.points(high) if point),
        *(svg.dot(*point) for point in field.points(low) if point),
        *_values(field, low, 18),
        *_values(field, high, -10),
    ]
    if not known:
        middle = (field.left + svg.WIDTH) / 2
        drawn.append(svg.text(middle, field.top + _PLOT / 2, _("対象の申請はありません"), anchor="middle", ink=_SOFT))
    return svg.picture(caption, field.bottom + 52, drawn)


def _line_names(low: Measures, high: Measures) -> list[SafeString]:
    second = _GAP + 40 + svg.width_of(low.name) + 20
    return [
        svg.line([(_GAP, 9), (_GAP + 30, 9)], svg.STRONG, thickness=2),
        svg.dot(_GAP + 15, 9),
        svg.text(_GAP + 36, 14, low.name),
        svg.line([(second, 9), (second + 30, 9)], svg.STRONG, thickness=2, dash="5 4"),
        svg.square(second + 15, 9),
        svg.text(second + 36, 14, high.name),
    ]


def _level(field: _Field, step: float) -> SafeString:
    """A level line of the scale with its number at the left."""
    y = field.y(step)
    number = svg.text(field.left - _GAP, y + 4, _count(step), anchor="end", size=_SMALL, ink=_SOFT)
    return svg.together([svg.line([(field.left, y), (svg.WIDTH - _GAP, y)], _LINE if step else _SOFT), number])


def _months_below(field: _Field, labels: Sequence[Label]) -> list[SafeString]:
    """The months, and the years under them; a year gives way where the next one follows at once."""
    y, drawn = field.bottom + 32, []
    for month, label in enumerate(labels):
        drawn.append(svg.text(field.x(month), y, label.text, anchor="middle", size=_SMALL))
        is_last_of_its_year = month + 1 < len(labels) and labels[month + 1].year
        if label.year and not is_last_of_its_year:
            left = field.x(month) - svg.width_of(label.text, _SMALL) / 2
            drawn.append(svg.text(left, y + 17, label.year, size=_SMALL, ink=_SOFT))
    return drawn


def _course(field: _Field, series: Measures, *, dash: str) -> SafeString:
    """The line through the values, in pieces where some are missing."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for point in field.points(series):
        if point:
            pieces[-1].append(point)
        else:
            pieces.append([])
    return svg.together(svg.line(piece, svg.STRONG, thickness=2, dash=dash) for piece in pieces if len(piece) > 1)


def _values(field: _Field, series: Measures, below: float) -> list[SafeString]:
    """The numbers at their points; none where they would run into one another."""
    shown = ["" if value is None else _measure(value) for value in series.values]
    if any(svg.width_of(each, _SMALL) > field.pitch for each in shown):
        return []
    return [
        svg.text(point[0], point[1] + below, said, anchor="middle", size=_SMALL, on_lines=True)
        for point, said in zip(field.points(series), shown, strict=True)
        if point
    ]


# --- Numbers and sizes ---


def _steps(most: float, *, least: float) -> list[float]:
    """A scale from 0 to no less than ``most``, in about four round steps no smaller than ``least``."""
    rough = max(most / 4, least)
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    return [round(step * number, 6) for number in range(max(math.ceil(most / step - 1e-9), 1) + 1)]


def _count(value: float) -> str:
    return f"{value:,g}" if value < 100_000 else f"{value:,.0f}"


def _measure(value: float) -> str:
    """One decimal, as in the table; whole from 100 on, where it matters no more."""
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"
