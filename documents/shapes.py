"""Shapes in a mask (mode L: 255 is ink, 0 is paper), and the straight lines of printed forms among them."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter

Box = tuple[int, int, int, int]
Size = tuple[int, int]

_MAX_RUNS = 60_000
_RUN = re.compile(b"\xff+")
# Shares of the picture's side in the line's direction, or across it.
_SHORTEST_LINE = 0.3
_SHORTEST_PART = 0.02
_STEEPEST = 0.12
_THICKEST = 0.02
# How far a printed line may leave the ruler, as a share of its length: on bent paper, and where a hand could have drawn it.
_CURVED = 0.006
_STRAIGHT = 0.002
_STEPS = 24
_AT_THE_EDGE = 0.02
_NEAR_THE_EDGE = 0.08


class TooManyShapes(Exception):
    """So many runs that the mask is mere texture."""


class Run(NamedTuple):
    """Ink without a gap in one row: from column ``start`` up to before ``end``."""

    row: int
    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(frozen=True)
class Shape:
    """Runs that touch one another."""

    runs: list[Run]

    @cached_property
    def area(self) -> int:
        return sum(run.length for run in self.runs)

    @cached_property
    def box(self) -> Box:
        left, right = min(run.start for run in self.runs), max(run.end for run in self.runs)
        return left, min(run.row for run in self.runs), right, max(run.row for run in self.runs) + 1

    @property
    def extent(self) -> int:
        left, top, right, bottom = self.box
        return max(right - left, bottom - top)


def box_around(shapes: list[Shape]) -> Box:
    """The smallest box that holds all the shapes, of which there is at least one."""
    lefts, tops, rights, bottoms = zip(*(shape.box for shape in shapes), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def shapes_of(mask: Image.Image) -> list[Shape]:
    """The shapes of a mask; corners count as touching. Raises TooManyShapes."""
    return _joined(_runs_of(mask))


def painted(shapes: Iterable[Shape], size: Size) -> Image.Image:
    """The mask of the shapes."""
    width, height = size
    pixels = bytearray(width * height)
    for shape in shapes:
        for row, start, end in shape.runs:
            pixels[row * width + start : row * width + end] = b"\xff" * (end - start)
    return Image.frombytes("L", size, bytes(pixels))


def _runs_of(mask: Image.Image, *, shortest: int = 1) -> list[Run]:
    width, pixels = mask.width, mask.tobytes()
    if pixels.count(b"\x00\xff") > _MAX_RUNS:
        raise TooManyShapes
    return [
        Run(row, found.start(), found.end())
        for row in range(mask.height)
        for found in _RUN.finditer(pixels[row * width : (row + 1) * width])
        if found.end() - found.start() >= shortest
    ]


def _joined(runs: list[Run]) -> list[Shape]:
    """Runs, in the order of reading, put together where they touch (union-find)."""
    parents = list(range(len(runs)))

    def root(number: int) -> int:
        while parents[number] != number:
            parents[number] = number = parents[parents[number]]
        return number

    above = 0
    for number, run in enumerate(runs):
        while _lies_before(runs[above], run):
            above += 1
        other = above
        while runs[other].row < run.row and runs[other].start <= run.end:
            parents[root(other)] = root(number)
            other += 1
    grouped: dict[int, list[Run]] = {}
    for number, run in enumerate(runs):
        grouped.setdefault(root(number), []).append(run)
    return [Shape(group) for group in grouped.values()]


def _lies_before(other: Run, run: Run) -> bool:
    """Whether neither this run nor a later one can touch the other."""
    return other.row < run.row - 1 or (other.row == run.row - 1 and other.end < run.start)


@dataclass(frozen=True)
class _Line:
    """A shape that a ruler could have drawn, within ``length`` of the picture's side and ``depth`` across it."""

    shape: Shape
    length: int
    depth: int
    straight: bool

    @property
    def box(self) -> Box:
        return self.shape.box

    @property
    def share(self) -> float:
        """Of the picture's side, how much the line runs along."""
        return (self.box[2] - self.box[0]) / self.length

    @property
    def touches(self) -> int:
        """How many of its ends lie at the picture's edge."""
        reach = _AT_THE_EDGE * self.length
        return (self.box[0] <= reach) + (self.box[2] >= self.length - reach)

    @property
    def is_near_the_edge(self) -> bool:
        reach = _NEAR_THE_EDGE * self.depth
        return self.box[1] > self.depth - reach or self.box[3] < reach

    @property
    def is_printed(self) -> bool:
        """Whether the line is no stroke of a pen by its place alone."""
        if self.length < 0.75 * self.depth and not self.is_near_the_edge:
            return False  # across a flat picture: the middle of a 中 that was cut out closely
        if self.touches == 2:
            return True
        if not self.straight:
            return False
        return (self.touches == 1 and self.share >= 0.5) or (self.is_near_the_edge and self.share >= 0.7)


def rulings(mask: Image.Image) -> Image.Image:
    """The mask of frames and ruled lines: straight, long, and running along or out of the picture, or round the rest."""
    whole = mask.filter(ImageFilter.MaxFilter(3))
    turned = whole.transpose(Image.Transpose.TRANSPOSE)
    level, upright = _lines(whole), _lines(turned)
    framed = _is_frame([line for line in level if line.straight], [line for line in upright if line.straight], mask)
    found, found_upright = (
        painted((line.shape for line in lines if line.is_printed or (framed and line.straight)), size)
        for lines, size in ((level, whole.size), (upright, turned.size))
    )
    return ImageChops.lighter(found, found_upright.transpose(Image.Transpose.TRANSPOSE))


def _is_frame(level: list[_Line], upright: list[_Line], mask: Image.Image) -> bool:
    """Whether straight lines are the sides of a box around about everything: nobody draws that around his own name."""
    if len(level) < 2 or len(upright) < 2:
        return False
    inside = mask.crop(box_around([line.shape for line in level]))
    return inside.histogram()[255] >= 0.9 * mask.histogram()[255]


def _lines(mask: Image.Image) -> list[_Line]:
    """The lines of the mask that are about level."""
    width, height = mask.size
    shapes = _joined(_runs_of(mask, shortest=max(16, round(_SHORTEST_PART * width))))
    lines = (_line(shape, width, height) for shape in shapes)
    return [line for line in lines if line]


def _line(shape: Shape, length: int, depth: int) -> _Line | None:
    """The part of the shape that a ruler could have drawn; None when that is short, thick, steep or bent."""
    extent = shape.box[2] - shape.box[0]
    if extent < _SHORTEST_LINE * length:
        return None
    half = shape.area / extent / 2 + 1
    near = shape.runs
    for _ in range(2):
        base, slope = _fit(near)
        near = [run for run in shape.runs if abs(run.row - base - slope * _middle(run)) <= half + _CURVED * extent]
        if not near:
            return None
    part = Shape(near)
    extent = part.box[2] - part.box[0]
    thickness = part.area / extent
    bend = _bend(part, base, slope)
    if extent < _SHORTEST_LINE * length or not 0.8 <= thickness <= max(8, _THICKEST * depth) or abs(slope) > _STEEPEST:
        return None
    if part.area < 0.8 * shape.area or bend > 1 + _CURVED * extent:
        return None
    return _Line(part, length, depth, straight=bend <= 0.5 + _STRAIGHT * extent)


def _bend(part: Shape, base: float, slope: float) -> float:
    """How far in rows the middle of the line leaves the ruler, where a stroke touches it apart."""
    left, _, right, _ = part.box
    step = max(1, (right - left) / _STEPS)
    areas, offsets = [0.0] * _STEPS, [0.0] * _STEPS
    for run in part.runs:
        for number in range(int((run.start - left) / step), min(int((run.end - 1 - left) / step) + 1, _STEPS)):
            start, end = max(run.start, left + number * step), min(run.end, left + (number + 1) * step)
            areas[number] += end - start
            offsets[number] += (end - start) * (run.row - base - slope * (start + end - 1) / 2)
    bends = [abs(offset / area) if area else math.inf for offset, area in zip(offsets, areas, strict=True)]
    return sorted(bends)[_STEPS * 3 // 4]


def _fit(runs: list[Run]) -> tuple[float, float]:
    """The line through the runs (least squares): its row at column 0, and rows a column."""
    area = sum(run.length for run in runs)
    column = sum(run.length * _middle(run) for run in runs) / area
    row = sum(run.length * run.row for run in runs) / area
    spread = sum(run.length * ((_middle(run) - column) ** 2 + (run.length**2 - 1) / 12) for run in runs)
    together = sum(run.length * (_middle(run) - column) * (run.row - row) for run in runs)
    slope = together / spread if spread else 0.0
    return row - slope * column, slope


def _middle(run: Run) -> float:
    return (run.start + run.end - 1) / 2
