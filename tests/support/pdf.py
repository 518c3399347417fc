"""What a PDF says."""

import io

import pypdfium2


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, without white space."""
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in document]


def text_of(pdf: bytes) -> str:
    """The text of all pages, without white space."""
    return "".join(pages_of(pdf))
