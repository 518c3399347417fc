"""The pieces of which charts are drawn, in SVG. Text is escaped; whatever else is written comes from the charts themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 380  # of every picture
TEXT = 14  # font size
INK, STRONG = "#1a1a1c", "#0017c1"


@dataclass(frozen=True)
class Caption:
    """A chart's name among those of its page, its title, and what it shows in one sentence."""

    key: str
    title: str
    description: str


def width_of(text: str, size: float = TEXT) -> float:
    """About how wide the text will be: Japanese characters are square, others hardly more than half."""
    return sum(size if character > "\u2e80" else size * 0.58 for character in text)


def picture(caption: Caption, height: float, drawn: Iterable[SafeString]) -> SafeString:
    """The whole drawing, one picture to whoever cannot see it."""
    return format_html(
        '<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" '
        'aria-labelledby="chart-{key}-title" aria-describedby="chart-{key}-description">'
        '<title id="chart-{key}-title">{}</title><desc id="chart-{key}-description">{}</desc>{}</svg>',
        WIDTH,
        _number(height),
        caption.title,
        caption.description,
        together(drawn),
        key=caption.key,
    )


def together(drawn: Iterable[SafeString]) -> SafeString:
    """Several pieces as one."""
    return format_html_join("", "{}", ((each,) for each in drawn))


def text(
    x: float,
    y: float,
    said: str,
    *,
    anchor: str = "start",
    size: int = TEXT,
    ink: str = INK,
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
        said,
    )


def rectangle(x: float, y: float, width: float, height: float, ground: str) -> SafeString:
    """With a rim, so that light grounds are seen on white."""
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}"/>',
        *map(_number, (x, y, width, height)),
        ground,
        STRONG,
    )


def line(points: Sequence[tuple[float, float]], ink: str, *, thickness: float = 1, dash: str = "none") -> SafeString:
    """Through all the points."""
    return format_html(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-dasharray="{}"/>',
        " ".join(f"{_number(x)},{_number(y)}" for x, y in points),
        ink,
        thickness,
        dash,
    )


def dot(x: float, y: float) -> SafeString:
    """Marks a place."""
    return format_html('<circle cx="{}" cy="{}" r="4.5" fill="{}"/>', _number(x), _number(y), STRONG)


def square(x: float, y: float) -> SafeString:
    """Marks a place, unlike a dot also where there is no colour."""
    return format_html(
        '<rect x="{}" y="{}" width="8" height="8" fill="#ffffff" stroke="{}" stroke-width="2"/>',
        _number(x - 4),
        _number(y - 4),
        STRONG,
    )


def _number(value: float) -> str:
    """Coordinates to a tenth; with a point in every language."""
    return f"{value:.1f}".removesuffix(".0")
