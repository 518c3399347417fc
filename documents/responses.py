"""How files are handed to the browser: our own papers shown in the page, other people's files as downloads."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from documents.pictures import format_of


def pdf(content: bytes, *, name: str) -> HttpResponse:
    """The PDF under a fixed file name that says nothing about whose it is."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def picture(content: bytes) -> HttpResponse:
    """A picture that we have drawn."""
    return HttpResponse(content, content_type=f"image/{format_of(content)}".lower())


def attachment(content: bytes, content_type: str, *, name: str) -> HttpResponse:
    """Somebody's file, to be saved: never shown, run or guessed at inside the portal's own pages."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    response["X-Content-Type-Options"] = "nosniff"
    return response
