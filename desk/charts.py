"""Drawings of numbers, as SVG: small, without style attributes or script, told apart without colour, legible on a phone.

All text is escaped. A chart is one picture to whoever cannot see it; beside it stands the table that says the same.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

_WIDTH = 380
_TEXT, _SMALL = 14, 12  # font sizes
_GAP = 6
_INK, _SOFT, _LINE, _STRONG = "#1a1a1c", "#4d4d4d", "#d0d6e0", "#0017c1"
# Ground and writing of the parts of a bar, from dark to light, so that they stay apart in grey.
_PARTS = (("#0017c1", "#ffffff"), ("#7a97f7", "#000000"), ("#c3d3fd", "#000000"), ("#ffffff", "#000000"))
_ROW, _BAR = 28, 20  # heights of a row and of the bar in it
_LEGEND = 28
_PLOT = 190  # height of the lines' field


@dataclass(frozen=True)
class Caption:
    """A chart's name among those of its page, its title, and what it shows in one sentence."""

    key: str
    title: str
    description: str


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
    """One lying bar a label, with its number. Up to four series follow one another in it, the sum stands at its end."""
    columns = list(zip(*(each.values for each in series), strict=True))
    steps = _steps(max(map(sum, columns), default=0), least=1)
    left = max((_width(str(label)) for label in labels), default=0) + 2 * _GAP
    right = _width(_count(steps[-1])) + 2 * _GAP
    top = _LEGEND if len(series) > 1 else _GAP
    bottom = top + _ROW * len(labels)
    scale = (_WIDTH - left - right) / steps[-1]
    drawn = [
        *(_scale_line(left + step * scale, top, bottom, step) for step in steps),
        *(
            _bar(str(label), values, left, top + _ROW * row, scale)
            for row, (label, values) in enumerate(zip(labels, columns, strict=True))
        ),
    ]
    return _picture(caption, bottom + 20, [*_part_names(series), *drawn])


def _scale_line(x: float, top: float, bottom: float, step: float) -> SafeString:
    """An upright line of the scale with its number below."""
    number = _text(x, bottom + 16, _count(step), anchor="middle", size=_SMALL, ink=_SOFT)
    return _together([_line([(x, top), (x, bottom)], _LINE), number])


def _bar(label: str, values: Sequence[int], left: float, top: float, scale: float) -> SafeString:
    base = top + _ROW / 2 + _TEXT / 2 - 2
    drawn = [_text(left - _GAP, base, label, anchor="end")]
    x = left
    for value, (ground, ink) in zip(values, _PARTS, strict=False):
        width = value * scale
        if value:
            drawn.append(_rectangle(x, top + (_ROW - _BAR) / 2, width, _BAR, ground))
        if len(values) > 1 and value and width > _width(_count(value), _SMALL) + 2:
            drawn.append(_text(x + width / 2, base - 1, _count(value), anchor="middle", size=_SMALL, ink=ink))
        x += width
    return _together([*drawn, _text(x + _GAP, base, _count(sum(values)), is_bold=True)])


def _part_names(series: Sequence[Counts]) -> list[SafeString]:
    """Which ground means what; a single series needs no telling."""
    if len(series) == 1:
        return []
    drawn, x = [], float(_GAP)
    for each, (ground, _ink) in zip(series, _PARTS, strict=False):
        drawn += [_rectangle(x, 2, 14, 14, ground), _text(x + 19, 14, each.name)]
        x += 19 + _width(each.name) + 14
    return drawn


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
        return (_WIDTH - self.left - _GAP) / max(self.months, 1)

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
    left = max(_width(_count(step), _SMALL) for step in steps) + 2 * _GAP
    field = _Field(left, _LEGEND + _TEXT, len(labels), steps[-1])
    drawn = [
        *_line_names(low, high),
        *(_level(field, step) for step in steps),
        *_months_below(field, labels),
        _course(field, high, dash="5 4"),
        _course(field, low, dash="none"),
        *(_square(*point) for point in field.points(high) if point),
        *(_dot(*point) for point in field.points(low) if point),
        *_values(field, low, 18),
        *_values(field, high, -10),
    ]
    if not known:
        middle = (field.left + _WIDTH) / 2
        drawn.append(_text(middle, field.top + _PLOT / 2, _("対象の申請はありません"), anchor="middle", ink=_SOFT))
    return _picture(caption, field.bottom + 52, drawn)


def _line_names(low: Measures, high: Measures) -> list[SafeString]:
    second = _GAP + 40 + _width(low.name) + 20
    return [
        _line([(_GAP, 9), (_GAP + 30, 9)], _STRONG, thickness=2),
        _dot(_GAP + 15, 9),
        _text(_GAP + 36, 14, low.name),
        _line([(second, 9), (second + 30, 9)], _STRONG, thickness=2, dash="5 4"),
        _square(second + 15, 9),
        _text(second + 36, 14, high.name),
    ]


def _level(field: _Field, step: float) -> SafeString:
    """A level line of the scale with its number at the left."""
    y = field.y(step)
    number = _text(field.left - _GAP, y + 4, _count(step), anchor="end", size=_SMALL, ink=_SOFT)
    return _together([_line([(field.left, y), (_WIDTH - _GAP, y)], _LINE if step else _SOFT), number])


def _months_below(field: _Field, labels: Sequence[Label]) -> list[SafeString]:
    """The months, and the years under them; a year gives way where the next one follows at once."""
    y, drawn = field.bottom + 32, []
    for month, label in enumerate(labels):
        drawn.append(_text(field.x(month), y, label.text, anchor="middle", size=_SMALL))
        is_last_of_its_year = month + 1 < len(labels) and labels[month + 1].year
        if label.year and not is_last_of_its_year:
            left = field.x(month) - _width(label.text, _SMALL) / 2
            drawn.append(_text(left, y + 17, label.year, size=_SMALL, ink=_SOFT))
    return drawn


def _course(field: _Field, series: Measures, *, dash: str) -> SafeString:
    """The line through the values, in pieces where some are missing."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for point in field.points(series):
        if point:
            pieces[-1].append(point)
        else:
            pieces.append([])
    return _together(_line(piece, _STRONG, thickness=2, dash=dash) for piece in pieces if len(piece) > 1)


def _values(field: _Field, series: Measures, below: float) -> list[SafeString]:
    """The numbers at their points; none where they would run into one another."""
    shown = ["" if value is None else _measure(value) for value in series.values]
    if any(_width(each, _SMALL) > field.pitch for each in shown):
        return []
    return [
        _text(point[0], point[1] + below, said, anchor="middle", size=_SMALL, on_lines=True)
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


def _width(text: str, size: float = _TEXT) -> float:
    """About how wide the text will be: Japanese characters are square, others hardly more than half."""
    return sum(size if character > "\u2e80" else size * 0.58 for character in text)


# --- The pieces of a drawing ---


def _picture(caption: Caption, height: float, drawn: Iterable[SafeString]) -> SafeString:
    return format_html(
        '<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" '
        'aria-labelledby="chart-{key}-title" aria-describedby="chart-{key}-description">'
        '<title id="chart-{key}-title">{}</title><desc id="chart-{key}-description">{}</desc>{}</svg>',
        _WIDTH,
        _number(height),
        caption.title,
        caption.description,
        _together(drawn),
        key=caption.key,
    )


def _together(drawn: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((each,) for each in drawn))


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    size: int = _TEXT,
    ink: str = _INK,
    is_bold: bool = False,
    on_lines: bool = False,
) -> SafeString:
    """``on_lines`` gives it a white rim, to be read where lines pass."""
    rim = format_html(' stroke="{}" stroke-width="3" paint-order="stroke"', "#ffffff") if on_lines else ""
    return format_html(
        '<text x="{}" y="{}" font-size="{}" text-anchor="{}" fill="{}" font-weight="{}"{}>{}</text>',
        _number(x),
        _number(y),
        size,
        anchor,
        ink,
        700 if is_bold else 400,
        rim,
        text,
    )


def _rectangle(x: float, y: float, width: float, height: float, ground: str) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}"/>',
        *map(_number, (x, y, width, height)),
        ground,
        _STRONG,
    )


def _line(points: Sequence[tuple[float, float]], ink: str, *, thickness: float = 1, dash: str = "none") -> SafeString:
    return format_html(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-dasharray="{}"/>',
        " ".join(f"{_number(x)},{_number(y)}" for x, y in points),
        ink,
        thickness,
        dash,
    )


def _dot(x: float, y: float) -> SafeString:
    return format_html('<circle cx="{}" cy="{}" r="4.5" fill="{}"/>', _number(x), _number(y), _STRONG)


def _square(x: float, y: float) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="8" height="8" fill="#ffffff" stroke="{}" stroke-width="2"/>',
        _number(x - 4),
        _number(y - 4),
        _STRONG,
    )


def _number(value: float) -> str:
    """Coordinates to a tenth; with a point in every language."""
    return f"{value:.1f}".removesuffix(".0")
