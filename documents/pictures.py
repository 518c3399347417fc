"""Pictures from strangers: decoded whole within limits, or refused. Nothing of the file is kept but what is seen.

``decoded`` runs in the confined process alone (documents/picture_process.py).
"""

import io
import re
from contextlib import suppress
from enum import StrEnum
from typing import Any, Literal, cast

from PIL import ExifTags, Image, ImageMath

Format = Literal["PNG", "JPEG"]
Size = tuple[int, int]

MAX_SIDE = 16_000
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# The brands of ISO base media files that hold a still picture as telephones take it (ISO/IEC 23008-12, annex B).
_HEIF = re.compile(rb".{4}ftyp(heic|heix|heim|heis|hevc|hevx|mif1|msf1)", re.DOTALL)
# In a JPEG: where one segment's marker and length stand, and the first marker after the data of a scan.
_SEGMENT = re.compile(rb"\xff+([\xc0-\xcf\xda-\xfe])(..)", re.DOTALL)
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_END, _SCAN = b"\xff\xd9", b"\xda"
# A progressive JPEG is gone through once more for each of its scans, which can be 40 bytes long. Honest ones have ten.
_MAX_SCANS = 100
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Fault(StrEnum):
    """Why a picture was refused."""

    FORMAT = "format"
    HEIF = "heif"
    PIXELS = "pixels"
    BROKEN = "broken"


class PictureRefused(Exception):
    """The bytes are no picture that we take; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def format_of(upload: bytes) -> Format | None:
    """PNG or JPEG by the first bytes; None for everything else."""
    if upload.startswith(_PNG):
        return "PNG"
    if upload.startswith(_JPEG):
        return "JPEG"
    return None


def is_heif(upload: bytes) -> bool:
    """Whether it is a photograph in the format of telephones (HEIC), by its first bytes."""
    return _HEIF.match(upload) is not None


def decoded(upload: bytes, *, max_pixels: int, longest: int = MAX_SIDE) -> Image.Image:
    """The picture as people see it: upright, on white where it was transparent, grey (L) or colour (RGB), no metadata, no
    side longer than ``longest``.

    Raises PictureRefused. A picture of too many pixels is refused by its header, before any memory is taken for it. What
    follows a picture in its file is no part of it.
    """
    form = format_of(upload)
    if form is None:
        raise PictureRefused(Fault.HEIF if is_heif(upload) else Fault.FORMAT)
    if form == "JPEG":
        upload = _jpeg_alone(upload)
    try:
        with Image.open(io.BytesIO(upload), formats=[form]) as picture:
            if picture.width * picture.height > max_pixels or max(picture.size) > MAX_SIDE:
                raise PictureRefused(Fault.PIXELS)
            size = _within(picture.size, longest)
            picture.draft(None, size)  # a JPEG is decoded at a half, a quarter or an eighth where that is enough
            picture.load()
            return _as_seen(picture, size, depth=upload[24] if form == "PNG" else 8)
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefused(Fault.PIXELS) from error
    except Exception as error:  # the decoders raise whatever the broken byte leads them to
        raise PictureRefused(Fault.BROKEN) from error


def _jpeg_alone(upload: bytes) -> bytes:
    """The JPEG without what telephones put after it, such as a film of the moment. Raises PictureRefused."""
    scans, at = 0, 2
    while segment := _SEGMENT.match(upload, at):
        marker, length = segment.groups()
        at = segment.end() + int.from_bytes(length) - 2
        if marker == _SCAN:
            scans += 1
            found = _AFTER_SCAN.search(upload, at)
            at = found.start() if found else len(upload)
    if scans > _MAX_SCANS or not upload.startswith(_END, at):
        raise PictureRefused(Fault.BROKEN)
    return upload[: at + len(_END)]


def _within(size: Size, longest: int) -> Size:
    """The size of a picture of that size, reduced until no side is longer."""
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _as_seen(picture: Image.Image, size: Size, *, depth: int) -> Image.Image:
    """``depth`` is the number of bits of a channel in the file."""
    seen = _on_white(picture, depth) if picture.has_transparency_data else _opaque(picture)
    if seen.size != size:
        seen = seen.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    turn = _TURNS.get(_orientation(picture))
    seen = seen.transpose(turn) if turn is not None else seen
    seen.info = {}
    return seen


def _orientation(picture: Image.Image) -> Any:
    """How the camera was held, as EXIF counts it. A picture whose EXIF is broken is taken as it lies."""
    with suppress(Exception):
        return picture.getexif().get(ExifTags.Base.Orientation)
    return None


def _on_white(picture: Image.Image, depth: int) -> Image.Image:
    declared = picture.info.get("transparency")
    if picture.mode.startswith("I"):
        seen = _opaque(picture)
        seen.paste(255, mask=_equal(picture, cast(int, declared)))
        return seen
    # A colour that the file declares transparent is given in the file's bits, and the pixels in 8 bits by now.
    if picture.mode == "L" and isinstance(declared, int):
        picture.info["transparency"] = declared * 255 // (2**depth - 1)
    elif picture.mode == "RGB" and isinstance(declared, tuple):
        picture.info["transparency"] = tuple(level >> (depth - 8) for level in declared)
    layer = picture.convert("RGBA")
    white = Image.new("RGB", layer.size, "white")
    white.paste(layer, mask=layer.getchannel("A"))
    return white


def _equal(picture: Image.Image, level: int) -> Image.Image:
    """The mask of what has exactly that level of 16 bits."""

    def equal(it: dict[str, Any]) -> Any:
        return it["convert"]((it["deep"] == level) * 255, "L")

    return cast(Image.Image, ImageMath.lambda_eval(equal, deep=picture.convert("I")))


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode in {"L", "RGB"}:
        return picture
    if picture.mode.startswith("I"):
        # 16 bits of grey, which Pillow would clip instead of scaling.
        return picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    return picture.convert("L" if picture.mode == "1" else "RGB")
