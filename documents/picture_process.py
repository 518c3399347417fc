"""Makes of the picture on standard input what will be kept, on standard output. A program: pictures_apart runs it.

    python -m documents.picture_process document|signature|seal

A picture that is not taken ends it with the code REFUSED and the reason in a word. It imports no Django, so that it starts in
a tenth of a second.
"""

import io
import sys

from PIL import Image

from documents import cutouts, pictures
from documents.apart import confine
from documents.pictures import PictureRefused

REFUSED = 3
# A page of A4 at 300 dpi: what is sharper than that shows nothing more.
LONGEST_SIDE = 3508
MAX_BYTES = 10 * 1024**2
# A page of A4 scanned with 600 dpi; a telephone's photograph.
DOCUMENT_MEGAPIXELS, SPECIMEN_MEGAPIXELS = 40, 24


def main(task: str) -> int:
    """Writes the picture and returns the exit code."""
    confine()
    upload = sys.stdin.buffer.read()
    try:
        content = _TASKS[task](upload)
    except PictureRefused as refused:
        sys.stdout.write(refused.fault)
        return REFUSED
    except cutouts.Unfit as unfit:
        sys.stdout.write(unfit.fault)
        return REFUSED
    sys.stdout.buffer.write(content)
    return 0


def document(upload: bytes) -> bytes:
    """The picture upright and without metadata, in the format it came in. A PNG that would get larger than what may be sent
    becomes a JPEG. Raises PictureRefused."""
    picture = pictures.decoded(upload, max_pixels=DOCUMENT_MEGAPIXELS * 1_000_000, longest=LONGEST_SIDE)
    png = _png(picture) if pictures.format_of(upload) == "PNG" else b""
    return png if 0 < len(png) <= MAX_BYTES else _jpeg(picture)


def signature(upload: bytes) -> bytes:
    """The signature alone, as a PNG. Raises PictureRefused and Unfit."""
    return _png(cutouts.signature(_specimen(upload)))


def seal(upload: bytes) -> bytes:
    """The seal alone, as a PNG. Raises PictureRefused and Unfit."""
    return _png(cutouts.seal(_specimen(upload)))


def _specimen(upload: bytes) -> Image.Image:
    return pictures.decoded(upload, max_pixels=SPECIMEN_MEGAPIXELS * 1_000_000)


def _png(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    # Small print stays legible: nearly without loss, and colours at full resolution.
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=92, subsampling="4:4:4")
    return content.getvalue()


_TASKS = {"document": document, "signature": signature, "seal": seal}

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
