"""People's documents as a clerk sees them: pictures that the server has drawn, each of them once."""

from datetime import timedelta

from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from casework.models import DocumentContent, PagePicture, SupportingDocument
from documents import apart
from documents.page_pictures import page_picture

# Seconds of processor time that all pages of a document may cost together; an honest page takes a third of one.
_MOST_SECONDS = 60.0
# After this long, whoever began to draw a page has died (documents/apart.py).
_DRAWING_LASTS = timedelta(minutes=2)


def picture_of(document: SupportingDocument, page: int) -> bytes | None:
    """A page, counted from 1, as a PNG or JPEG; None for one that does not exist or cannot be drawn.

    Raises apart.Busy while somebody else draws it.
    """
    if not 1 <= page <= document.pages:
        return None
    picture, is_new = document.pictures.filter(page=page).first(), False
    if picture is None:
        picture, is_new = document.pictures.get_or_create(page=page, defaults={"seconds": _at_first(document)})
    if picture.seconds is None:
        if not is_new and not _is_taken_over(picture):
            raise apart.Busy
        _draw(picture)
    return bytes(picture.content) if picture.content else None


def _at_first(document: SupportingDocument) -> float | None:
    """0 for a page that is not even tried because the others have cost enough; what is being drawn may cost the most."""
    pages = document.pictures.all()
    spent = pages.aggregate(spent=Sum(Coalesce("seconds", float(apart.PROCESSOR_SECONDS)), default=0.0))["spent"]
    return 0.0 if spent >= _MOST_SECONDS else None


def _is_taken_over(picture: PagePicture) -> bool:
    """Whether the page was left half drawn, and is ours to draw now."""
    now = timezone.now()
    left = PagePicture.objects.filter(pk=picture.pk, seconds=None, begun_at__lt=now - _DRAWING_LASTS)
    return bool(left.update(begun_at=now))


def _draw(picture: PagePicture) -> None:
    content = bytes(DocumentContent.objects.get(document=picture.document_id).content)
    try:
        drawn = page_picture(content, page=picture.page - 1)
        picture.content, picture.seconds = drawn.content, drawn.seconds
    except LookupError:
        picture.seconds = 0.0
    except apart.Busy:
        picture.delete()
        raise
    # Writes nothing where the document was dropped meanwhile.
    PagePicture.objects.filter(pk=picture.pk).update(content=picture.content, seconds=picture.seconds)
