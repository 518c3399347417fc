"""The notes (annotations) of a PDF's page, written under its picture: the library draws their signs, not what they say."""

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2
from PIL import Image, ImageDraw, ImageFont
from pypdfium2 import raw

from documents.fonts import REGULAR

_MOST_LOOKED_AT = 1000
_MOST_SHOWN = 40
_LONGEST_TEXT = 400
_NARROWEST = 600
_LETTER = 22
_MARGIN = 12
_BLUE, _BLACK, _PALE = (0, 0x17, 0xC1), (0x1A, 0x1A, 0x1A), (0xF1, 0xF4, 0xFF)
# What says nothing of its own: fields are drawn with their values, links lead away, a pop-up repeats its note.
_SILENT = {raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP}
_UNSEEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW


class Note(NamedTuple):
    """What a note says, and where it stands: its upper left corner, as shares of the page's width and height."""

    text: str
    place: tuple[float, float]


def with_notes(drawn: Image.Image, notes: list[Note]) -> Image.Image:
    """The picture of the page, with a number at every note and its text below; the picture itself where there is none."""
    if not notes:
        return drawn
    font = ImageFont.truetype(str(REGULAR[0]), _LETTER)
    width = max(drawn.width, _NARROWEST)
    lines = _lines_of(notes, font, width - 2 * _MARGIN)
    high = round(1.5 * _LETTER)
    sheet = Image.new("RGB", (width, drawn.height + high * len(lines) + 2 * _MARGIN), _PALE)
    sheet.paste(drawn)
    pen = ImageDraw.Draw(sheet)
    for number, note in enumerate(notes[:_MOST_SHOWN], start=1):
        _mark(pen, number, _on(drawn.size, note.place), font)
    for row, line in enumerate(lines):
        pen.text((_MARGIN, drawn.height + _MARGIN + row * high), line, _BLACK, font)
    return sheet


def notes_of(page: pypdfium2.PdfPage) -> Iterator[Note]:
    """What the notes say that viewers show. To be asked before the page is drawn, which gives some notes an empty look."""
    for number in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST_LOOKED_AT)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        text = _text_of(annotation)
        if text and _is_note(annotation):
            yield Note(text, _place_of(annotation, page))
        raw.FPDFPage_CloseAnnot(annotation)


def _is_note(annotation: Any) -> bool:
    """Whether the note is shown by viewers, and what it says is not drawn already."""
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    is_drawn = raw.FPDFAnnot_GetAP(annotation, raw.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0) > _EMPTY
    is_written = kind == raw.FPDF_ANNOT_FREETEXT and is_drawn
    return kind not in _SILENT and not is_written and not raw.FPDFAnnot_GetFlags(annotation) & _UNSEEN


# Strings come as UTF-16 with a closing zero, so an empty one has two bytes.
_EMPTY = 2


def _text_of(annotation: Any) -> str:
    size = raw.FPDFAnnot_GetStringValue(annotation, b"Contents", None, 0)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size)
    text = bytes(buffer)[: max(size - _EMPTY, 0)].decode("utf-16-le", "replace")
    return " ".join(text.split())[:_LONGEST_TEXT]


def _place_of(annotation: Any, page: pypdfium2.PdfPage) -> tuple[float, float]:
    box = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, box)
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, 10_000, 10_000, 0, box.left, box.top, across, down)
    return across.value / 10_000, down.value / 10_000


def _on(size: tuple[int, int], place: tuple[float, float]) -> tuple[float, float]:
    """The place in pixels, moved into the picture where it lies outside."""
    x, y = (min(max(share * side, 0), max(side - 1.5 * _LETTER, 0)) for share, side in zip(place, size, strict=True))
    return x, y


def _mark(pen: ImageDraw.ImageDraw, number: int, place: tuple[float, float], font: ImageFont.FreeTypeFont) -> None:
    x, y = place
    pen.rectangle((x, y, x + pen.textlength(str(number), font) + 8, y + 1.4 * _LETTER), _BLUE)
    pen.text((x + 4, y), str(number), "white", font)


def _lines_of(notes: list[Note], font: ImageFont.FreeTypeFont, room: int) -> list[str]:
    lines = ["このページに付いている注釈"]
    for number, note in enumerate(notes[:_MOST_SHOWN], start=1):
        lines += _wrapped(f"{number} {note.text}", font, room)
    if len(notes) > _MOST_SHOWN:
        lines.append(f"ほかに{len(notes) - _MOST_SHOWN}件の注釈があります。ファイルを保存してご確認ください。")
    return lines


def _wrapped(text: str, font: ImageFont.FreeTypeFont, room: int) -> Iterator[str]:
    line = ""
    for character in text:
        if font.getlength(line + character) > room:
            yield line
            line = "  "
        line += character
    yield line
