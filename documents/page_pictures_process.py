"""Draws a page of the PDF or the picture on standard input, on standard output. A program: page_pictures runs it apart.

    python -m documents.page_pictures_process PAGE WIDTH LONGEST_SIDE

It imports no Django, so that it starts in a tenth of a second.
"""

import ctypes
import io
import sys

from PIL import Image

from documents import pictures
from documents.apart import confine

NO_SUCH_PAGE = 3
MAX_PIXELS = 40_000_000
_MAX_COLOURS = 4096


def main(page_number: int, width: int, longest_side: int) -> int:
    """Writes the picture and returns the exit code. Pages count from 0."""
    confine()
    content = sys.stdin.buffer.read()
    draw = _picture if pictures.format_of(content) else _page_of_pdf
    drawn = draw(content, page_number, width, longest_side)
    if drawn is None:
        return NO_SUCH_PAGE
    sys.stdout.buffer.write(_encoded(drawn))
    return 0


def _encoded(drawn: Image.Image) -> bytes:
    """What is drawn with a few colours as a PNG, what looks like a photograph as a JPEG: it would be five times as large."""
    content = io.BytesIO()
    if drawn.mode == "L" or drawn.getcolors(_MAX_COLOURS):
        drawn.save(content, "PNG")
    else:
        drawn.save(content, "JPEG", quality=88, subsampling="4:4:4")
    return content.getvalue()


def _picture(content: bytes, page_number: int, width: int, longest_side: int) -> Image.Image | None:
    if page_number != 0:
        return None
    picture = pictures.decoded(content, max_pixels=MAX_PIXELS)
    picture.thumbnail((min(width, longest_side), longest_side), Image.Resampling.LANCZOS)
    return picture


def _page_of_pdf(content: bytes, page_number: int, width: int, longest_side: int) -> Image.Image | None:
    import pypdfium2

    from documents.notes import notes_of, with_notes

    _use_our_fonts()
    with pypdfium2.PdfDocument(content) as document:
        if not 0 <= page_number < len(document):
            return None
        document.init_forms()
        page = document[page_number]
        notes = list(notes_of(page))
        wide, high = page.get_size()
        scale = min(width / wide, longest_side / max(wide, high))
        # A hair less, because sizes are rounded up.
        drawn = page.render(scale=scale * 0.999999, rev_byteorder=True).to_pil().convert("RGB")
        return with_notes(drawn, notes)


def _use_our_fonts() -> None:
    """Starts the library anew with the fonts of our papers alone.

    A PDF may name a Japanese font without containing it; on a machine without such a font its text would be missing,
    and nobody would see that it is. So every machine draws the same.
    """
    from pypdfium2 import raw

    from documents.fonts import FOLDERS

    folders = (ctypes.c_char_p * (len(FOLDERS) + 1))(*(str(folder).encode() for folder in FOLDERS), None)
    _kept.append(folders)
    raw.FPDF_DestroyLibrary()
    raw.FPDF_InitLibraryWithConfig(
        raw.FPDF_LIBRARY_CONFIG(
            version=2, m_pUserFontPaths=ctypes.cast(folders, ctypes.POINTER(ctypes.POINTER(ctypes.c_char)))
        )
    )


# The library keeps no copy of the folders' names.
_kept: list[object] = []

if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
