"""Signatures and seals cut out of a picture of the paper that they stand on."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from PIL import Image, ImageChops, ImageFilter, ImageMath

from documents import ink
from documents.ink import Ink, NoInk, NoPaper
from documents.shapes import Box, Size, TooManyShapes, box_around, shapes_of

SIGNATURE_SIZE = (900, 300)
SEAL_SIZE = (600, 600)
INK_COLOUR = (0x14, 0x18, 0x3C)
# The longer side of the writing, in pixels of the upload: less shows single pixels in the declaration's line.
_SMALLEST = 60
# A small picture is enlarged this much at most, so that its edges print smooth.
_ENLARGED = 2
_DARKEST_PAPER = 120
_MAX_SEAL = 0.8
_PAPER_IS_WHITE = [min(255, round(level * 255 / ink.PAPER)) for level in range(256)]


class Fault(StrEnum):
    """Why nothing could be cut out."""

    BLANK = "blank"
    CROWDED = "crowded"
    SMALL = "small"


class Unfit(Exception):
    """The picture shows nothing that can be printed; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def signature(picture: Image.Image) -> Image.Image:
    """The signature alone, of at most SIGNATURE_SIZE: dark ink with soft edges on a transparent ground.

    Uneven light, the grain of the paper, specks, frames and ruled lines go. Raises Unfit.
    """
    with _named():
        return _signature(_as_a_pen_shows(picture))


def seal(picture: Image.Image) -> Image.Image:
    """The seal alone, of at most SEAL_SIZE, in its own colours on a transparent ground. Raises Unfit."""
    with _named():
        return _seal(picture.convert("RGB"))


class _TooSmall(Exception):
    """So few pixels that they would show in print."""


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except NoInk as error:
        raise Unfit(Fault.BLANK) from error
    except _TooSmall as error:
        raise Unfit(Fault.SMALL) from error
    except (NoPaper, TooManyShapes) as error:
        raise Unfit(Fault.CROWDED) from error


def _as_a_pen_shows(picture: Image.Image) -> Image.Image:
    """The picture in grey. Without blue, in which blue ink is nearly as bright as paper."""
    if picture.mode == "L":
        return picture
    return ImageChops.darker(picture.getchannel("R"), picture.getchannel("G"))


def _signature(grey: Image.Image) -> Image.Image:
    """Found on a reduced picture, then cut out of the whole one at twice the size, so that its edges get smooth."""
    factor = -(-max(grey.size) // ink.SIDE)
    small = grey.reduce(factor)
    ground = ink.ground_of(small)
    found = ink.find(small, ground)
    box = _with_margin(found.box, small.size, factor)
    width, height = _fitting(box, factor, SIGNATURE_SIZE, enlarged=_ENLARGED)
    part, light, mask = (
        _cut_out(picture, box, small.size, (2 * width, 2 * height)) for picture in (grey, ground, found.mask)
    )
    opacity = ImageChops.multiply(_opacity(ink.evened(part, light), found), mask)
    drawn = Image.new("RGBA", (width, height), INK_COLOUR)
    drawn.putalpha(opacity.reduce(2))
    return drawn


def _with_margin(box: Box, size: Size, factor: int) -> Box:
    """The box with some air around it, within the picture. Raises _TooSmall; ``factor`` is how far it was reduced."""
    left, top, right, bottom = box
    if max(right - left, bottom - top) * factor < _SMALLEST:
        raise _TooSmall
    margin = 2 + (right - left) // 40
    return max(left - margin, 0), max(top - margin, 0), min(right + margin, size[0]), min(bottom + margin, size[1])


def _fitting(box: Box, factor: int, room: Size, *, enlarged: int = 1) -> Size:
    """The size at which what is in the box fits the room, enlarged by no more than that."""
    width, height = (box[2] - box[0]) * factor, (box[3] - box[1]) * factor
    scale = min(room[0] / width, room[1] / height, enlarged)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _cut_out(picture: Image.Image, box: Box, within: Size, size: Size) -> Image.Image:
    """The part of the picture that lies where the box lies within another size of it, brought to ``size``."""
    across, down = picture.width / within[0], picture.height / within[1]
    part = (box[0] * across, box[1] * down, box[2] * across, box[3] * down)
    return picture.resize(size, Image.Resampling.BICUBIC, box=part)


def _opacity(even: Image.Image, found: Ink) -> Image.Image:
    """None on paper, full in the ink, and in between at the edges of a stroke."""
    contrast = found.paper - found.ink
    return even.point(_ramp(found.paper - 0.25 * contrast, found.paper - 0.55 * contrast))


def _ramp(nothing: float, full: float) -> list[int]:
    """The opacity for each level of grey: 0 where it is bright, 255 where it is dark."""
    return [round(255 * min(max((nothing - grey) / (nothing - full), 0), 1)) for grey in range(256)]


def _seal(picture: Image.Image) -> Image.Image:
    factor = -(-max(picture.size) // ink.SIDE)
    small = picture.reduce(factor)
    ground = _ground_of_seal(small)
    box = _with_margin(_box_of_seal(_paleness(_on_white(small, ground.resize(small.size)))), small.size, factor)
    size = _fitting(box, factor, SEAL_SIZE)
    part = _on_white(_cut_out(picture, box, small.size, size), _cut_out(ground, box, small.size, size))
    opacity = _paleness(part).point(_ramp(215, 110))
    return Image.merge("RGBA", [*_without_white(part, opacity), opacity])


def _ground_of_seal(picture: Image.Image) -> Image.Image:
    """The paper without the seal, in miniature and in colour; a seal's strokes are broad. Raises NoPaper."""
    ground = picture.reduce(-(-max(picture.size) // 64))
    ground = ground.filter(ImageFilter.MaxFilter(15)).filter(ImageFilter.GaussianBlur(3))
    if ink.quantile(ground.getchannel("G").histogram(), 0.5) < _DARKEST_PAPER:
        raise NoPaper
    return ground


def _on_white(picture: Image.Image, ground: Image.Image) -> Image.Image:
    """The picture with its paper made white, shadow by shadow."""
    even = (ink.evened(*channels) for channels in zip(picture.split(), ground.split(), strict=True))
    return Image.merge("RGB", [channel.point(_PAPER_IS_WHITE) for channel in even])


def _paleness(picture: Image.Image) -> Image.Image:
    """How bright each pixel's darkest channel is: little in all inks, whatever their colour."""
    red, green, blue = picture.split()
    return ImageChops.darker(ImageChops.darker(red, green), blue)


def _box_of_seal(paleness: Image.Image) -> Box:
    """Around all that is printed but specks. Raises NoInk, NoPaper and TooManyShapes."""
    printed = ink.darker(paleness, 140)
    if printed.histogram()[255] > _MAX_SEAL * paleness.width * paleness.height:
        raise NoPaper
    shapes = shapes_of(printed)
    largest = max((shape.area for shape in shapes), default=0)
    main = [shape for shape in shapes if shape.area >= max(0.02 * largest, 20)]
    if not main:
        raise NoInk
    return box_around(main)


def _without_white(picture: Image.Image, opacity: Image.Image) -> list[Image.Image]:
    """The channels of the ink alone: at that opacity, on white paper, it looks as in the picture."""
    return [
        ImageMath.lambda_eval(
            lambda it: it["convert"](it["max"](255 - (255 - it["seen"]) * 255 / (it["opacity"] + 1), 0), "L"),
            seen=channel,
            opacity=opacity,
        )
        for channel in picture.split()
    ]
