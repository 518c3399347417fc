"""Strangers' documents as pictures made by the server: what a clerk sees is never the file itself."""

import io

from PIL import Image

from documents import apart, pictures
from documents.page_pictures_process import NO_SUCH_PAGE

LONGEST_SIDE = 2000
_MAX_PICTURE = 16 * 1024 * 1024
_PICTURE_TYPES = {"image/png", "image/jpeg"}
_MAX_BYTES = 64 * 1024 * 1024
_MAX_PIXELS = 40_000_000


class PagePictureError(Exception):
    """The page cannot be drawn: the file is broken, or takes too much time or memory."""


def page_picture(content: bytes, *, content_type: str, page: int, width: int = 1000) -> bytes:
    """The page, counted from 0, as a PNG of that width in pixels; no side is longer than LONGEST_SIDE.

    ``content`` and ``content_type`` are those of an inspected upload (documents/uploads.py). Raises LookupError for a
    page that does not exist, PagePictureError for one that cannot be drawn.
    """
    if width < 1:
        raise ValueError("width must be at least 1")
    if content_type == "application/pdf":
        return _page_of_pdf(content, page, width)
    if content_type in _PICTURE_TYPES:
        return _picture(content, page, width)
    raise PagePictureError(f"There is no picture of {content_type!r}.")


def _page_of_pdf(content: bytes, page: int, width: int) -> bytes:
    code, png = apart.run(
        "documents.page_pictures_process",
        *map(str, (page, width, LONGEST_SIDE)),
        content=content,
        longest_answer=_MAX_PICTURE,
    )
    if code == NO_SUCH_PAGE:
        raise LookupError(f"There is no page {page}.")
    if code != 0 or pictures.format_of(png) != "PNG":
        raise PagePictureError(f"The page could not be drawn (exit code {code}).")
    return png


def _picture(content: bytes, page: int, width: int) -> bytes:
    if page != 0:
        raise LookupError(f"There is no page {page} of a picture.")
    try:
        picture = pictures.decoded(content, max_bytes=_MAX_BYTES, max_pixels=_MAX_PIXELS)
    except pictures.PictureRefused as error:
        raise PagePictureError(f"The picture could not be read ({error.fault}).") from error
    picture.thumbnail((min(width, LONGEST_SIDE), LONGEST_SIDE), Image.Resampling.LANCZOS)
    png = io.BytesIO()
    picture.save(png, "PNG")
    return png.getvalue()
