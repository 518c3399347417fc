"""Draws a page of the PDF on standard input as a PNG on standard output. A program: page_pictures runs it apart.

    python -m documents.page_pictures_process PAGE WIDTH LONGEST_SIDE

It imports no Django, so that it starts in a tenth of a second.
"""

import ctypes
import sys

from documents.apart import confine

NO_SUCH_PAGE = 3


def main(page_number: int, width: int, longest_side: int) -> int:
    """Writes the picture and returns the exit code. Pages count from 0."""
    confine()
    content = sys.stdin.buffer.read()
    import pypdfium2

    _use_our_fonts()
    with pypdfium2.PdfDocument(content) as document:
        if not 0 <= page_number < len(document):
            return NO_SUCH_PAGE
        document.init_forms()
        page = document[page_number]
        wide, high = page.get_size()
        scale = min(width / wide, longest_side / max(wide, high))
        # A hair less, because sizes are rounded up.
        picture = page.render(scale=scale * 0.999999, rev_byteorder=True).to_pil()
        picture.save(sys.stdout.buffer, "PNG")
    return 0


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
