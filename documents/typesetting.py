"""Papers as PDF. The only place that knows Typst.

Text from people reaches the templates as JSON: it is data there, never markup and never a path.
Typst starts threads at its first compile, and a process forked after that would wait for them for ever:
compile in workers, never in a process that still forks.
"""

import base64
import io
import json
import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst
from PIL import Image

from documents.fonts import FAMILIES, FOLDERS
from documents.repertoire import unprintable

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "pdf"
_LIBRARY = "lib"
_MAX_PIXELS = 10_000_000
_LARGE = 300_000  # bytes of PDF: about 20 pages
_REMEMBERED_COMPILES = 11


class RenderingError(Exception):
    """The paper cannot be made. The message says why, and quotes no text but single characters."""


def render(
    template: str,
    data: Mapping[str, Any],
    *,
    pictures: Mapping[str, bytes] | None = None,
    dated: datetime,
) -> bytes:
    """The PDF (PDF/A-2a and PDF/UA-1) of ``templates/pdf/<template>.typ``, the same bytes for the same input.

    ``data`` is what JSON can hold. ``pictures`` are PNG files of at most 10 megapixels under names that ``data`` uses.
    ``dated`` is the document's time, with a time zone (ValueError without).
    Raises RenderingError for an unknown template, missing data, a character that our fonts lack or the text policy
    forbids, a broken picture, a missing font, and text that does not fit its place.
    """
    if dated.tzinfo is None:
        raise ValueError("dated needs a time zone")
    _refuse_unprintable(data)
    sources = {
        "main.typ": _template(template),
        "data.json": _json(data),
        **_picture_files(pictures or {}),
    }
    return _compile(sources, dated)


def _template(name: str) -> bytes:
    path = TEMPLATES / f"{name}.typ"
    if not re.fullmatch(r"[a-z_]+", name) or name == _LIBRARY or not path.is_file():
        raise RenderingError(f"There is no template {name!r}.")
    return path.read_bytes()


def _json(value: object) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise RenderingError(f"The data is not JSON: {type(error).__name__}.") from error


def _refuse_unprintable(data: Mapping[str, Any]) -> None:
    found = dict.fromkeys(c for text in _texts(data) for line in text.split("\n") for c in unprintable(line))
    if found:
        names = ", ".join(f"U+{ord(character):04X}" for character in found)
        raise RenderingError(f"Characters that cannot be printed: {names}.")


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for item in value.values():
                yield from _texts(item)
        case list() | tuple():
            for item in value:
                yield from _texts(item)


def _picture_files(pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """The pictures under file names of our own, and the list that leads from the callers' names to them."""
    file_names = {name: f"picture-{number}.svg" for number, name in enumerate(pictures)}
    files = {file_names[name]: _svg(png) for name, png in pictures.items()}
    return {"pictures.json": _json(file_names), **files}


def _svg(png: bytes) -> bytes:
    """The picture inside an SVG, because Typst takes only text files from memory."""
    width, height = _size(png)
    encoded = base64.b64encode(png).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{encoded}"/></svg>'
    ).encode()


def _size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels of a picture that was decoded to its end: Typst would leave out a broken one."""
    if not isinstance(png, bytes):
        raise RenderingError("A picture must be bytes.")
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                raise RenderingError("A picture is larger than 10 megapixels.")
            size = picture.size
            picture.verify()
            return size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise RenderingError("A picture is not a whole PNG file.") from error


def _compile(sources: dict[str, bytes], dated: datetime) -> bytes:
    fonts = _fonts()
    if _compiling_process() != os.getpid():
        raise RenderingError("This process was forked after a compile; start it before the first one.")
    try:
        pdf, warnings = typst.compile_with_warnings(
            cast(Any, sources),  # a dict of in-memory files is missing from the stubs
            root=str(TEMPLATES),
            font_paths=fonts,
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["a-2a", "ua-1"],  # PDF/A also makes a missing glyph an error
            timestamp=int(dated.timestamp()),
        )
    except typst.TypstError as error:
        raise RenderingError(f"Typst: {error.message}") from error
    if len(pdf) > _LARGE:
        _forget()
    if warnings:
        raise RenderingError(f"Typst: {'; '.join(warning.message for warning in warnings)}")
    return pdf


def _forget() -> None:
    """Lets Typst drop what it keeps of the last papers, by empty ones: a large paper would hold megabytes a page."""
    for _ in range(_REMEMBERED_COMPILES):
        typst.compile(cast(Any, b""), root=str(TEMPLATES), font_paths=_fonts(), ignore_system_fonts=True, format="pdf")


@cache
def _fonts() -> typst.Fonts:
    """Our fonts alone, so that a page never depends on what is installed on the machine."""
    folders = [str(folder) for folder in FOLDERS]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    missing = FAMILIES.difference(fonts.families())
    if missing:
        raise RenderingError(f"Fonts are missing: {', '.join(sorted(missing))}.")
    return fonts


@cache
def _compiling_process() -> int:
    """The process whose threads Typst uses. A later fork inherits this answer, but not the threads."""
    return os.getpid()
