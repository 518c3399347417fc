"""Pictures from strangers: decoded whole within limits, or refused. Nothing of the file is kept but what is seen."""

import io
from contextlib import suppress
from enum import StrEnum
from typing import Literal

from PIL import Image, ImageOps

Format = Literal["PNG", "JPEG"]

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# A progressive JPEG is gone through once more for each of its scans, which can be 40 bytes long. Honest ones have ten.
_SCAN = b"\xff\xda"
_MAX_SCANS = 100


class Fault(StrEnum):
    """Why a picture was refused."""

    FORMAT = "format"
    BYTES = "bytes"
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


def decoded(upload: bytes, *, max_bytes: int, max_pixels: int) -> Image.Image:
    """The picture as people see it: upright, on white where it was transparent, grey (L) or colour (RGB), no metadata.

    Raises PictureRefused. A picture of too many pixels is refused by its header, before any memory is taken for it.
    """
    if len(upload) > max_bytes:
        raise PictureRefused(Fault.BYTES)
    form = format_of(upload)
    if form is None:
        raise PictureRefused(Fault.FORMAT)
    if form == "JPEG" and upload.count(_SCAN) > _MAX_SCANS:
        raise PictureRefused(Fault.BROKEN)
    try:
        with Image.open(io.BytesIO(upload), formats=[form]) as picture:
            if picture.width * picture.height > max_pixels:
                raise PictureRefused(Fault.PIXELS)
            picture.load()
            return _as_seen(picture)
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefused(Fault.PIXELS) from error
    except Exception as error:  # the decoders raise whatever the broken byte leads them to
        raise PictureRefused(Fault.BROKEN) from error


def _as_seen(picture: Image.Image) -> Image.Image:
    # A picture whose EXIF is broken is taken as it lies.
    with suppress(Exception):
        ImageOps.exif_transpose(picture, in_place=True)
    seen = _on_white(picture) if picture.has_transparency_data else _opaque(picture)
    seen.info = {}
    return seen


def _on_white(picture: Image.Image) -> Image.Image:
    layer = picture.convert("RGBA")
    white = Image.new("RGB", layer.size, "white")
    white.paste(layer, mask=layer.getchannel("A"))
    return white


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode in {"L", "RGB"}:
        return picture
    if picture.mode.startswith("I"):
        # 16 bits of grey, which Pillow would clip instead of scaling.
        return picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    return picture.convert("L" if picture.mode == "1" else "RGB")
