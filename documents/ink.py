"""Finding what a pen has written on a picture of paper: the light evened out, rulings and specks told from strokes.

Sizes are in pixels of the picture under examination, whose longer side is at most SIDE.
"""

from dataclasses import dataclass
from statistics import median
from typing import cast

from PIL import Image, ImageChops, ImageFilter, ImageMath

from documents.shapes import Box, Shape, Size, TooManyShapes, box_around, painted, rulings, shapes_of

SIDE = 1200
# The grey of bare paper once the light is evened; the room above it shows how grainy the paper is.
PAPER = 200
_GROUND_SIDE = 200
_OFF_PAPER = 0.45
_DARKEST_PAPER = 60
_FAINTEST = 14  # grey levels between paper and ink; what is fainter could not be read on paper either
_COARSEST = 60
# Shares of the picture: what may be desk, what may be the edge of a shadow or a thing, and what must be bare paper.
_MAX_DESK = 0.6
_MAX_STEEP = 0.25
_MIN_PAPER = 0.65
_SHORTEST_STROKE = 12


class NoInk(Exception):
    """The paper is bare."""


class NoPaper(Exception):
    """Dark or uneven all over: this is no writing on paper."""


@dataclass(frozen=True)
class Ink:
    """What was written: a mask of it and of its soft edges, its box, and the greys of evened paper and ink."""

    mask: Image.Image
    box: Box
    paper: int
    ink: int


def ground_of(grey: Image.Image) -> Image.Image:
    """The paper without the writing, in miniature: how much light falls where."""
    ground = grey.reduce(-(-max(grey.size) // _GROUND_SIDE))
    # Brightest, then darkest of a few pixels takes the strokes away, the median of a wider circle what is left of them.
    # Neither moves the edge of a shadow.
    for step in (ImageFilter.MaxFilter(7), ImageFilter.MinFilter(7), ImageFilter.MedianFilter(17)):
        ground = ground.filter(step)
    return ground.filter(ImageFilter.GaussianBlur(1))


def evened(grey: Image.Image, ground: Image.Image) -> Image.Image:
    """The picture as if the same light fell everywhere on it; ``ground`` has the same size."""
    divided = ImageMath.lambda_eval(
        lambda it: it["convert"](it["grey"] * PAPER / (it["ground"] + 1), "L"), grey=grey, ground=ground
    )
    return cast(Image.Image, divided)


def find(grey: Image.Image, ground: Image.Image) -> Ink:
    """The writing on a grey picture of at most SIDE pixels. Raises NoInk and NoPaper."""
    even = evened(grey, ground.resize(grey.size, Image.Resampling.BILINEAR))
    even.paste(PAPER, mask=_beside_the_paper(ground).resize(grey.size))
    paper, faintest = _paper_and_faintest(even)
    try:
        return _writing(even, paper, faintest)
    except TooManyShapes as error:
        raise NoPaper from error


def _writing(even: Image.Image, paper: int, faintest: int) -> Ink:
    """First whatever is drawn and no ruling, then of it what is as dark as that pen draws."""
    drawn = darker(even, faintest)
    lines = rulings(drawn)
    unruled = ImageChops.subtract(drawn, lines)
    ink = quantile(even.histogram(painted(_strokes(unruled), even.size)), 0.15)
    clear, core = (darker(even, paper - round(share * (paper - ink))) for share in (0.35, 0.6))
    pale_lines = Image.new("L", even.size)
    if _share(ImageChops.darker(lines, core)) < 0.3 * _share(ImageChops.darker(lines, drawn)):
        # Paler than the ink: a stroke that runs along such a line, or over it, can be seen on top of it.
        unruled = ImageChops.lighter(unruled, core)
        pale_lines = ImageChops.subtract(lines, core.filter(ImageFilter.MaxFilter(3)))
    strokes = _with_core(_strokes(ImageChops.darker(clear, unruled)), core)
    around = painted(strokes, even.size).filter(ImageFilter.MaxFilter(5))
    return Ink(ImageChops.subtract(around, pale_lines), box_around(strokes), paper, ink)


def _paper_and_faintest(even: Image.Image) -> tuple[int, int]:
    """The grey of the paper, and the one below which something is drawn on it. Raises NoPaper."""
    levels = even.histogram()
    paper = quantile(levels, 0.5)
    # Grain is as dark as it is bright, and only the bright half of it cannot be ink.
    grain = round(1.2 * (quantile(levels, 0.999) - paper))
    distance = min(max(grain, _FAINTEST), _COARSEST)
    if sum(levels[paper - distance : paper + distance]) < _MIN_PAPER * sum(levels):
        raise NoPaper
    return paper, paper - distance


def quantile(levels: list[int], share: float) -> int:
    """The grey level below which the share of a histogram lies."""
    wanted = share * sum(levels)
    for level, count in enumerate(levels):
        wanted -= count
        if wanted < 0:
            return level
    return len(levels) - 1


def darker(grey: Image.Image, level: int) -> Image.Image:
    """The mask of what is darker than the level."""
    return grey.point([255 * (value < level) for value in range(256)])


def _beside_the_paper(ground: Image.Image) -> Image.Image:
    """The desk on which the paper lies: much darker than the brighter half. Raises NoPaper when no paper can be made out."""
    bright = quantile(ground.histogram(), 0.8)
    beside = darker(ground, round(bright * _OFF_PAPER))
    lightest, darkest = ground.filter(ImageFilter.MaxFilter(3)), ground.filter(ImageFilter.MinFilter(3))
    steep = darker(evened(darkest, lightest), round(0.9 * PAPER))
    if bright < _DARKEST_PAPER or _share(beside) > _MAX_DESK or _share(steep) > _MAX_STEEP:
        raise NoPaper
    return beside.filter(ImageFilter.MaxFilter(5))


def _share(mask: Image.Image) -> float:
    return mask.histogram()[255] / (mask.width * mask.height)


def _strokes(mask: Image.Image) -> list[Shape]:
    """The shapes of a mask that a pen has made, as far as can be told. Raises NoInk and TooManyShapes."""
    return _without_specks([shape for shape in shapes_of(mask) if not _belongs_to_the_edge(shape, mask.size)])


def _belongs_to_the_edge(shape: Shape, size: Size) -> bool:
    """Whether it is the rest of a frame, a shadow or the desk: along the picture's edge, not only cut off by it."""
    (left, top, right, bottom), (width, height) = shape.box, size
    if left and top and right < width and bottom < height:
        return False
    near_x, near_y = 0.05 * width, 0.05 * height
    if right <= near_x or left >= width - near_x or bottom <= near_y or top >= height - near_y:
        return True
    if shape.area < 0.02 * max(size) * shape.extent:
        return False  # as thin as a stroke
    in_edge_rows = sum(run.length for run in shape.runs if run.row in (0, height - 1))
    in_edge_columns = sum((run.start == 0) + (run.end == width) for run in shape.runs)
    return in_edge_rows > 0.12 * width or in_edge_columns > 0.12 * height


def _without_specks(shapes: list[Shape]) -> list[Shape]:
    """The shapes without dust. A dot as large as the pen may stand off the writing, what is smaller only within it.

    Raises NoInk when there is nothing as long as a stroke.
    """
    largest = max((shape.area for shape in shapes), default=0)
    main = [shape for shape in shapes if shape.area >= 0.15 * largest and shape.extent >= _SHORTEST_STROKE]
    if not main:
        raise NoInk
    pen = median(run.length for shape in main for run in shape.runs)
    writing = box_around(main)
    near, wide = _enlarged(writing, 0.08), _enlarged(writing, 0.5)
    return [
        shape
        for shape in shapes
        if (shape.area >= 0.8 * pen**2 and _meet(shape.box, wide))
        or (shape.area >= max(3, 0.3 * pen**2) and _meet(shape.box, near))
    ]


def _enlarged(box: Box, share: float) -> Box:
    """The box with room around it: a share of its shorter side."""
    left, top, right, bottom = box
    room = round(share * min(right - left, bottom - top))
    return left - room, top - room, right + room, bottom + room


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _with_core(shapes: list[Shape], strong: Image.Image) -> list[Shape]:
    """The shapes that are as dark as the ink somewhere; shadows of paper grain are not. Raises NoInk."""
    pixels, width = strong.tobytes(), strong.width
    kept = [
        shape
        for shape in shapes
        if any(pixels.find(255, row * width + start, row * width + end) >= 0 for row, start, end in shape.runs)
    ]
    if not kept:
        raise NoInk
    return kept
