"""What stands in a PDF, to the letter, and the shapes that are drawn for it (tests/support/pdf.py is what a viewer reads).

A PDF says what each shape of its fonts means (ToUnicode), and what it means where it means something else (ActualText).
PDFium loses letters beyond the first plane from the latter, and with them most selectors of kanji.
"""

import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pikepdf
from fontTools.cffLib import CFFFontSet
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from documents.fonts import BOLD, REGULAR

JAPANESE = (REGULAR[0], BOLD[0])

_MEANING = re.compile(r"^<([0-9A-F]{4})> <([0-9A-F]+)>$", re.MULTILINE)


class Font:
    """A font as the PDF brings it along: with the shapes that are used, under codes of its own."""

    def __init__(self, font: Any) -> None:
        meanings = _MEANING.findall(font.ToUnicode.read_bytes().decode("ascii"))
        self.meanings = {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in meanings}
        self._name = str(font.BaseFont)
        program = font.DescendantFonts[0].FontDescriptor.get("/FontFile3")
        self._program = program.read_bytes() if program is not None else b""

    @property
    def file(self) -> Path:
        """The Japanese font that it was taken from."""
        return next(path for path in JAPANESE if path.stem in self._name)

    def shape(self, code: int) -> list[Any]:
        """The lines that are drawn."""
        return _outline(self._shapes[code])

    @cached_property
    def _shapes(self) -> list[Any]:
        program = CFFFontSet()
        program.decompile(io.BytesIO(self._program), None)
        return [program[0].CharStrings[name] for name in program[0].charset]


@dataclass(frozen=True)
class Piece:
    """A text, mostly a single letter, and the shapes that are drawn for it."""

    text: str
    font: Font
    codes: tuple[int, ...]

    @property
    def shapes(self) -> list[Any]:
        """The lines of each."""
        return [self.font.shape(code) for code in self.codes]


def letters_of(pdf: bytes) -> str:
    """Everything that stands on the pages, in the order in which it is drawn."""
    return "".join(piece.text for piece in pieces(pdf))


def pieces(pdf: bytes) -> Iterator[Piece]:
    """The same piece by piece."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fonts: dict[Any, Font] = {}
        for page in opened.pages:
            for font in page.Resources.Font.values():
                fonts.setdefault(font.objgen, Font(font))
            names = {name: fonts[font.objgen] for name, font in page.Resources.Font.items()}
            yield from _pieces(page, names)


def _pieces(page: pikepdf.Page, fonts: dict[str, Font]) -> Iterator[Piece]:
    spans: list[str | None] = []  # the parts we are in, with what each says of its meaning
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "Tf":
                font = fonts[str(operands[0])]
            case "BMC":
                spans.append(None)
            case "BDC":
                spans.append(_actual_text(operands[1]))
            case "EMC":
                spans.pop()
            case "Tj" | "TJ" if spans and spans[-1] is not None:
                yield Piece(spans[-1], font, tuple(_codes(operands[0])))
                spans[-1] = ""  # it stands once for all that is drawn
            case "Tj" | "TJ":
                for code in _codes(operands[0]):
                    yield Piece(font.meanings[code], font, (code,))


def _actual_text(properties: Any) -> str | None:
    text = properties.get("/ActualText") if isinstance(properties, pikepdf.Dictionary) else None
    return None if text is None else str(text)


def _codes(shown: Any) -> Iterator[int]:
    """The codes of two bytes in a string, or in an array of strings and of spaces between them."""
    for part in shown if isinstance(shown, pikepdf.Array) else [shown]:
        if isinstance(part, pikepdf.String):
            high_and_low = bytes(part)
            yield from (int.from_bytes(high_and_low[at : at + 2]) for at in range(0, len(high_and_low), 2))


def shape_of(kanji: str, file: Path) -> list[Any]:
    """The lines that a font draws for a kanji, with or without a selector."""
    return _outline(_shapes_of(file)[_shape_names(file)[kanji]])


def kanji_of_their_own_shape(file: Path) -> list[str]:
    """The variants (a letter with its selector) and the compatibility twins of kanji that the font has, but for variants that
    are the letter's usual shape."""
    names = _shape_names(file)
    return [
        kanji
        for kanji, name in names.items()
        if (len(kanji) > 1 and name != names[kanji[0]])
        or unicodedata.name(kanji[0], "").startswith("CJK COMPATIBILITY IDEOGRAPH")
    ]


@cache
def _shape_names(file: Path) -> dict[str, str]:
    with TTFont(file, lazy=True) as font:
        names = {chr(code): name for code, name in font.getBestCmap().items()}
        for table in font["cmap"].tables:
            for selector, pairs in getattr(table, "uvsDict", {}).items():
                names |= {chr(code) + chr(selector): name or names[chr(code)] for code, name in pairs}
    return names


@cache
def _shapes_of(file: Path) -> Any:
    return TTFont(file, lazy=True).getGlyphSet()


def _outline(shape: Any) -> list[Any]:
    pen = RecordingPen()
    shape.draw(pen)
    return pen.value
