"""People's documents as a clerk sees them: pictures that the server has drawn."""

from casework.models import CaseDocument
from documents.page_pictures import PagePictureError, page_picture

_WIDTH = 1000
_LARGE = 1600


def picture_of(document: CaseDocument, page: int, *, large: bool) -> bytes | None:
    """A page, counted from 1, as a PNG; None for one that does not exist or cannot be drawn."""
    if not 1 <= page <= document.pages:
        return None
    content = bytes(document.stored.content)
    try:
        return page_picture(
            content, content_type=document.content_type, page=page - 1, width=_LARGE if large else _WIDTH
        )
    except (LookupError, PagePictureError):
        return None
