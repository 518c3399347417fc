"""Growth curves as SVG files: how long an answer takes, beside how many accounts are in the database; both axes logarithmic."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from benchmarks.measuring import OURS
from desk import svg

Points = Mapping[int, float]  # accounts: milliseconds

_WIDTH, _HEIGHT = 760, 420
_LEFT, _TOP, _BOTTOM = 74, 74, _HEIGHT - 62
_GAP, _LABEL_PITCH = 8, 20
_LEADER, _SAMPLE = 16, 26  # from the end of a line towards its label, and a piece of the line before the label
_TITLE = 18  # font size
_SOFT, _GRID = "#4d4d4d", "#d0d6e0"
# So that the others are told apart without colours, by the same dashes in every chart.
_DASHES = ("7 4", "2 4", "12 4 2 4", "16 5", "4 2", "1 7")


def draw(curves: dict[str, dict[str, dict[int, float]]], folder: Path) -> list[Path]:
    """A file for every chart, named after it; gives their paths. ``curves`` are charts of lines of points (accounts: ms)."""
    folder.mkdir(parents=True, exist_ok=True)
    names = dict.fromkeys(name for lines in curves.values() for name in lines if name != OURS)
    dashes = dict(zip(names, cycle(_DASHES), strict=False))
    paths = []
    for chart, lines in curves.items():
        paths.append(folder / f"{slugify(chart)}.svg")
        paths[-1].write_text(f"{_picture(chart, lines, dashes)}\n", encoding="utf-8")
    return paths


@dataclass(frozen=True)
class _Decades:
    """One axis: from which power of ten to which, and where these lie."""

    first: int
    last: int
    begins: float
    ends: float

    @classmethod
    def around(cls, values: Iterable[float], *, begins: float, ends: float) -> "_Decades":
        powers = [math.log10(value) for value in values]
        first = math.floor(min(powers) + 1e-9)
        return cls(first, max(math.ceil(max(powers) - 1e-9), first + 1), begins, ends)

    def at(self, value: float) -> float:
        share = (math.log10(value) - self.first) / (self.last - self.first)
        return self.begins + share * (self.ends - self.begins)

    @property
    def marks(self) -> list[float]:
        return [10.0**power for power in range(self.first, self.last + 1)]


@dataclass(frozen=True)
class _Line:
    """A contender's points on the picture, from left to right."""

    name: str
    places: list[tuple[float, float]]
    last_ms: float
    dash: str

    @property
    def is_ours(self) -> bool:
        return self.name == OURS

    @property
    def label(self) -> str:
        return f"{self.name} {_ms(self.last_ms)} ms"


def _picture(chart: str, lines: Mapping[str, Points], dashes: Mapping[str, str]) -> SafeString:
    names = sorted(lines, key=lambda name: name == OURS)  # ours above the others
    labels = max(svg.width_of(f"{name} {_ms(max(lines[name].values()))} ms", svg.TEXT + 1) for name in names)
    right = _WIDTH - labels - _LEADER - _SAMPLE - 2 * _GAP
    across = _Decades.around((size for points in lines.values() for size in points), begins=_LEFT, ends=right)
    upwards = _Decades.around((ms for points in lines.values() for ms in points.values()), begins=_BOTTOM, ends=_TOP)
    placed = [
        _Line(
            name,
            [(across.at(size), upwards.at(ms)) for size, ms in sorted(lines[name].items())],
            lines[name][max(lines[name])],
            dashes.get(name, ""),
        )
        for name in names
    ]
    return _document(chart, lines, [*_grid(across, upwards), *map(_drawn, placed), *_labels(placed)])


def _document(chart: str, lines: Mapping[str, Points], drawn: Iterable[SafeString]) -> SafeString:
    """Stands for itself: on a white ground, with its title, and in words for whoever cannot see it."""
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'font-family="Arial, Helvetica, sans-serif" role="img" aria-labelledby="{key}-title" '
        'aria-describedby="{key}-description">\n<title id="{key}-title">{title}</title>\n'
        '<desc id="{key}-description">{said}</desc>\n<rect width="{width}" height="{height}" fill="#ffffff"/>\n'
        "{heading}\n{drawn}\n</svg>",
        width=_WIDTH,
        height=_HEIGHT,
        key=slugify(chart),
        title=chart,
        said=_in_words(lines),
        heading=svg.text(_GAP, 28, chart, size=_TITLE, is_bold=True),
        drawn=svg.together(drawn),
    )


def _in_words(lines: Mapping[str, Points]) -> str:
    def of(points: Points) -> str:
        return ", ".join(f"{_ms(ms)} ms at {size:,} accounts" for size, ms in sorted(points.items()))

    said = [f"{name}: {of(points)}." for name, points in lines.items()]
    return " ".join(["Time of an answer as the database grows; both axes are logarithmic.", *said])


def _grid(across: _Decades, upwards: _Decades) -> list[SafeString]:
    drawn = [
        svg.text(_GAP, _TOP - 20, "milliseconds", ink=_SOFT),
        svg.text(
            (across.begins + across.ends) / 2, _HEIGHT - 14, "accounts in the database", anchor="middle", ink=_SOFT
        ),
    ]
    for size in across.marks:
        x = across.at(size)
        drawn += [
            svg.line([(x, _TOP), (x, _BOTTOM)], _GRID),
            svg.text(x, _BOTTOM + 22, f"{size:,.0f}", anchor="middle", ink=_SOFT),
        ]
    for ms in upwards.marks:
        y = upwards.at(ms)
        drawn += [
            svg.line([(across.begins, y), (across.ends, y)], _GRID),
            svg.text(_LEFT - _GAP, y + 5, f"{ms:,g}", anchor="end", ink=_SOFT),
        ]
    return drawn


def _drawn(line: _Line) -> SafeString:
    dots = [svg.dot(x, y) for x, y in line.places] if line.is_ours else []
    return svg.together([_through(line.places, line), *dots])


def _through(places: Sequence[tuple[float, float]], like: _Line) -> SafeString:
    if like.is_ours:
        return svg.line(places, svg.STRONG, thickness=4)
    return svg.line(places, _SOFT, thickness=1.5, dash=like.dash)


def _labels(lines: Sequence[_Line]) -> list[SafeString]:
    """Each beside the end of its line, as near as the others let it."""
    ordered = sorted(lines, key=lambda line: line.places[-1][1])
    heights = _spread([line.places[-1][1] for line in ordered])
    return [_label(line, y) for line, y in zip(ordered, heights, strict=True)]


def _label(line: _Line, y: float) -> SafeString:
    end_x, end_y = line.places[-1]
    begins, ends = end_x + _LEADER, end_x + _LEADER + _SAMPLE
    ink = svg.STRONG if line.is_ours else svg.INK
    return svg.together(
        [
            svg.line([(end_x + 4, end_y), (begins - 2, y)], _GRID),
            _through([(begins, y), (ends, y)], line),
            svg.text(ends + _GAP, y + 5, line.label, ink=ink, is_bold=line.is_ours),
        ]
    )


def _spread(heights: Sequence[float]) -> list[float]:
    """The heights, from above to below, so far apart that nothing overlaps: groups that touch stay around their middle."""
    groups: list[list[float]] = []
    for height in heights:
        groups.append([height])
        while len(groups) > 1 and _ends(groups[-2]) + _LABEL_PITCH > _begins(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    return [_begins(group) + _LABEL_PITCH * place for group in groups for place in range(len(group))]


def _begins(group: Sequence[float]) -> float:
    begins = sum(group) / len(group) - _LABEL_PITCH * (len(group) - 1) / 2
    return max(_TOP, min(begins, _BOTTOM - _LABEL_PITCH * (len(group) - 1)))


def _ends(group: Sequence[float]) -> float:
    return _begins(group) + _LABEL_PITCH * (len(group) - 1)


def _ms(value: float) -> str:
    """Two digits that say something: 0.84, 3.1, 42, 1,234."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
