"""Strangers' documents as pictures made by the server: what a clerk sees is never the file itself."""

from dataclasses import dataclass

from documents import apart, pictures
from documents.page_pictures_process import NO_SUCH_PAGE

LONGEST_SIDE = 2000
_MAX_PICTURE = 16 * 1024 * 1024


@dataclass(frozen=True)
class PagePicture:
    """A page as a PNG or JPEG; None where it cannot be drawn: the file is broken, or takes too much time or memory.

    ``seconds`` of processor time were spent on it.
    """

    content: bytes | None
    seconds: float


def page_picture(content: bytes, *, page: int, width: int = 1600) -> PagePicture:
    """The page, counted from 0, of that width in pixels; no side is longer than LONGEST_SIDE. Notes are written below it.

    ``content`` is that of an inspected upload (documents/uploads.py). Raises LookupError for a page that does not exist,
    and apart.Busy.
    """
    if width < 1:
        raise ValueError("width must be at least 1")
    answer = apart.run(
        "documents.page_pictures_process",
        *map(str, (page, width, LONGEST_SIDE)),
        content=content,
        longest_answer=_MAX_PICTURE,
    )
    if answer.code == NO_SUCH_PAGE:
        raise LookupError(f"There is no page {page}.")
    is_drawn = answer.code == 0 and pictures.format_of(answer.content)
    return PagePicture(answer.content if is_drawn else None, answer.seconds)
