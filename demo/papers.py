"""Scanned papers for the example cases: a heading, a few lines and a red seal, as pictures."""

import io
from collections.abc import Iterable

from PIL import Image, ImageDraw, ImageFont

from documents.fonts import REGULAR

_WIDTH, _HEIGHT = 1240, 1754  # A4 at 150 dpi


def draw_paper(heading: str, lines: Iterable[str]) -> bytes:
    """A PNG of one page."""
    page = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
    pen = ImageDraw.Draw(page)
    pen.text((_WIDTH // 2, 160), heading, font=_font(56), fill="black", anchor="mm")
    pen.line([(150, 230), (_WIDTH - 150, 230)], fill="black", width=3)
    for number, line in enumerate(lines):
        pen.text((170, 320 + 80 * number), line, font=_font(34), fill="black")
    _stamp(pen)
    picture = io.BytesIO()
    page.quantize(32).save(picture, "PNG", optimize=True)
    return picture.getvalue()


def _stamp(pen: ImageDraw.ImageDraw) -> None:
    x, y, r = _WIDTH - 300, _HEIGHT - 400, 90
    pen.ellipse([x - r, y - r, x + r, y + r], outline="#c5121b", width=8)
    pen.text((x, y), "見本", font=_font(60), fill="#c5121b", anchor="mm")


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(REGULAR[0]), size)
