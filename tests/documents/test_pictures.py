import io
import struct
import zlib

import pytest
from PIL import Image

from documents.pictures import Fault, PictureRefused, decoded, format_of

BYTES, PIXELS = 1_000_000, 1_000_000


def saved(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    content = io.BytesIO()
    picture.save(content, form, **options)
    return content.getvalue()


def half_red() -> Image.Image:
    """A picture whose left half is red: it shows which way it lies."""
    picture = Image.new("RGB", (40, 20), "white")
    picture.paste("red", (0, 0, 20, 20))
    return picture


def fault_of(upload: bytes) -> Fault:
    with pytest.raises(PictureRefused) as refused:
        decoded(upload, max_bytes=BYTES, max_pixels=PIXELS)
    return refused.value.fault


@pytest.mark.parametrize(
    ("upload", "form"),
    [
        (saved(half_red()), "PNG"),
        (saved(half_red(), "JPEG"), "JPEG"),
        (saved(half_red(), "GIF"), None),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
    ids=["png", "jpeg", "gif", "pdf", "empty"],
)
def test_the_format_is_told_from_the_content(upload: bytes, form: str | None) -> None:
    assert format_of(upload) == form


@pytest.mark.parametrize("orientation", [1, 2, 3, 4, 5, 6, 7, 8])
@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_picture_is_turned_upright(form: str, orientation: int) -> None:
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = half_red().transpose(back[orientation]) if orientation in back else half_red()
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = decoded(saved(stored, form, exif=exif), max_bytes=BYTES, max_pixels=PIXELS)
    assert upright.size == (40, 20)
    assert upright.getpixel((5, 10))[1] < 60
    assert upright.getpixel((35, 10))[1] > 200


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_a_picture_with_broken_exif_is_taken_as_it_lies() -> None:
    upload = saved(half_red(), "JPEG", exif=b"Exif\0\0MM\0\x2a\xff\xff\xff\xff\0\0")
    assert decoded(upload, max_bytes=BYTES, max_pixels=PIXELS).size == (40, 20)


def test_what_was_transparent_is_white() -> None:
    drawing = Image.new("RGBA", (2, 1), (0, 0, 0, 0))
    drawing.putpixel((1, 0), (10, 20, 30, 255))
    seen = decoded(saved(drawing), max_bytes=BYTES, max_pixels=PIXELS)
    assert list(seen.get_flattened_data()) == [(255, 255, 255), (10, 20, 30)]


def test_sixteen_bits_of_grey_are_scaled_to_eight() -> None:
    deep = Image.new("I;16", (3, 1))
    for column, level in enumerate((0, 32768, 65535)):
        deep.putpixel((column, 0), level)
    assert list(decoded(saved(deep), max_bytes=BYTES, max_pixels=PIXELS).get_flattened_data()) == [0, 127, 255]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_decoded_picture_is_grey_or_colour(mode: str) -> None:
    upload = saved(Image.new(mode, (4, 4)))
    assert decoded(upload, max_bytes=BYTES, max_pixels=PIXELS).mode in {"L", "RGB"}


def test_a_decoded_picture_carries_no_metadata_into_the_next_file() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET"
    upload = saved(half_red(), "JPEG", exif=exif, comment=b"SECRET", icc_profile=b"SECRET" * 30, dpi=(72, 72))
    assert upload.count(b"SECRET") > 30
    picture = decoded(upload, max_bytes=BYTES, max_pixels=PIXELS)
    for form in ("PNG", "JPEG"):
        assert b"SECRET" not in saved(picture, form)


def test_too_many_pixels_are_refused_by_the_header_alone() -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    for side in (1001, 10_000, 100_000):
        header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
        assert fault_of(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", b"")) is Fault.PIXELS


def test_too_many_bytes_are_refused_unread() -> None:
    assert fault_of(saved(half_red()) + bytes(BYTES)) is Fault.BYTES


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_picture_that_ends_early_is_broken(form: str, share: float) -> None:
    whole = saved(Image.effect_noise((100, 100), 50), form)
    assert fault_of(whole[: int(len(whole) * share)]) is Fault.BROKEN


def test_a_picture_under_the_first_bytes_of_another_format_is_broken() -> None:
    assert fault_of(b"\xff\xd8\xff" + saved(half_red())) is Fault.BROKEN


def test_a_jpeg_of_endless_scans_is_broken() -> None:
    whole = saved(Image.effect_noise((100, 100), 50), "JPEG", progressive=True)
    head, *scans = whole.split(b"\xff\xda")
    assert decoded(whole, max_bytes=BYTES, max_pixels=PIXELS).size == (100, 100)
    assert fault_of(b"\xff\xda".join([head, *scans[:-1], *[scans[0]] * 100, scans[-1]])) is Fault.BROKEN
