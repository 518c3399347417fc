"""How a PDF is handed to the browser: shown in the page, kept by nobody."""

from django.http import HttpResponse


def pdf(content: bytes, *, name: str) -> HttpResponse:
    """The PDF under a fixed file name that says nothing about whose it is."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
