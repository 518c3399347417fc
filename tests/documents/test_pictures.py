import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from documents.pictures import MAX_SIDE, Fault, PictureRefused, decoded, format_of, is_heif

FILES = Path(__file__).parent.parent / "files"
PIXELS = 1_000_000


def saved(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    content = io.BytesIO()
    picture.save(content, form, **options)
    return content.getvalue()


def half_red() -> Image.Image:
    """A picture whose left half is red: it shows which way it lies."""
    picture = Image.new("RGB", (40, 20), "white")
    picture.paste("red", (0, 0, 20, 20))
    return picture


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def fault_of(upload: bytes) -> Fault:
    with pytest.raises(PictureRefused) as refused:
        decoded(upload, max_pixels=PIXELS)
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
    upright = decoded(saved(stored, form, exif=exif), max_pixels=PIXELS)
    assert upright.size == (40, 20)
    assert upright.getpixel((5, 10))[1] < 60
    assert upright.getpixel((35, 10))[1] > 200


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_a_picture_with_broken_exif_is_taken_as_it_lies() -> None:
    upload = saved(half_red(), "JPEG", exif=b"Exif\0\0MM\0\x2a\xff\xff\xff\xff\0\0")
    assert decoded(upload, max_pixels=PIXELS).size == (40, 20)


def test_what_was_transparent_is_white() -> None:
    drawing = Image.new("RGBA", (2, 1), (0, 0, 0, 0))
    drawing.putpixel((1, 0), (10, 20, 30, 255))
    seen = decoded(saved(drawing), max_pixels=PIXELS)
    assert list(seen.get_flattened_data()) == [(255, 255, 255), (10, 20, 30)]


def levels(*values: int) -> bytes:
    return struct.pack(f">{len(values)}H", *values)


def raw(depth: int, colour: int, row: bytes, *, clear: bytes, palette: bytes = b"") -> bytes:
    """A PNG of two pixels, built by hand; ``clear`` is its declaration of what is transparent."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 1, depth, colour, 0, 0, 0))
    kept = (chunk(b"PLTE", palette) if palette else b"") + (chunk(b"tRNS", clear) if clear else b"")
    return b"\x89PNG\r\n\x1a\n" + header + kept + chunk(b"IDAT", zlib.compress(b"\0" + row)) + chunk(b"IEND", b"")


# Each of two pixels, with the greys or colours that a viewer on white shows.
DECLARED = {
    "1 bit, white": (raw(1, 0, b"\x40", clear=levels(1)), [0, 255]),
    "1 bit, black": (raw(1, 0, b"\x40", clear=levels(0)), [255, 255]),
    "2 bits, dark": (raw(2, 0, b"\x20", clear=levels(0)), [255, 170]),
    "2 bits, light": (raw(2, 0, b"\x20", clear=levels(2)), [0, 255]),
    "4 bits, dark": (raw(4, 0, b"\x09", clear=levels(0)), [255, 153]),
    "4 bits, light": (raw(4, 0, b"\x09", clear=levels(9)), [0, 255]),
    "8 bits": (raw(8, 0, b"\x00\xc8", clear=levels(200)), [0, 255]),
    "16 bits, grey": (raw(16, 0, levels(0x1234, 0x8000), clear=levels(0x8000)), [18, 255]),
    "16 bits, white": (raw(16, 0, levels(0x1234, 0xFFFF), clear=levels(0xFFFF)), [18, 255]),
    "16 bits, black": (raw(16, 0, levels(0, 0x8000), clear=levels(0)), [255, 127]),
    "16 bits, nothing": (raw(16, 0, levels(0, 0x8000), clear=b""), [0, 127]),
    "8 bits of colour": (raw(8, 2, b"\1\2\3\x09\x09\x09", clear=levels(1, 2, 3)), [255, 9]),
    "16 bits of colour": (
        raw(16, 2, levels(0x1234, 0x5678, 0x9ABC, 0, 0, 0), clear=levels(0x1234, 0x5678, 0x9ABC)),
        [255, 0],
    ),
    "16 bits of colour, white": (raw(16, 2, levels(*[0xFFFF] * 3, 0, 0, 0), clear=levels(*[0xFFFF] * 3)), [255, 0]),
    "16 bits with opacity": (raw(16, 4, levels(0, 0xFFFF, 0, 0), clear=b""), [0, 255]),
    "colour with 16 bits of opacity": (raw(16, 6, levels(0, 0, 0, 0xFFFF, 0, 0, 0, 0), clear=b""), [0, 255]),
    "a palette": (raw(8, 3, b"\0\1", clear=b"\0", palette=bytes([0, 0, 0, 9, 9, 9])), [255, 9]),
    "a palette of 2 colours": (raw(1, 3, b"\x40", clear=b"\xff\0", palette=bytes([0, 0, 0, 9, 9, 9])), [0, 255]),
    "a palette, half": (raw(4, 3, b"\x01", clear=b"\x80", palette=bytes([0, 0, 0, 9, 9, 9])), [127, 9]),
}


@pytest.mark.parametrize("name", DECLARED)
def test_a_picture_is_kept_as_it_looks_on_white(name: str) -> None:
    upload, expected = DECLARED[name]
    assert list(decoded(upload, max_pixels=PIXELS).convert("L").get_flattened_data()) == expected


def test_a_scan_of_sixteen_bits_with_transparent_white_keeps_its_writing() -> None:
    seen = decoded((FILES / "scan16_trns.png").read_bytes(), max_pixels=PIXELS)
    levels = seen.histogram()
    assert (seen.mode, seen.size) == ("L", (400, 300))
    assert seen.getextrema() == (47, 255)
    assert 0 < sum(levels[:128]) < levels[255]


def test_sixteen_bits_of_grey_are_scaled_to_eight() -> None:
    deep = Image.new("I;16", (3, 1))
    for column, level in enumerate((0, 32768, 65535)):
        deep.putpixel((column, 0), level)
    assert list(decoded(saved(deep), max_pixels=PIXELS).get_flattened_data()) == [0, 127, 255]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_decoded_picture_is_grey_or_colour(mode: str) -> None:
    upload = saved(Image.new(mode, (4, 4)))
    assert decoded(upload, max_pixels=PIXELS).mode in {"L", "RGB"}


def test_a_decoded_picture_carries_no_metadata_into_the_next_file() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET"
    upload = saved(half_red(), "JPEG", exif=exif, comment=b"SECRET", icc_profile=b"SECRET" * 30, dpi=(72, 72))
    assert upload.count(b"SECRET") > 30
    picture = decoded(upload, max_pixels=PIXELS)
    for form in ("PNG", "JPEG"):
        assert b"SECRET" not in saved(picture, form)


def test_too_many_pixels_are_refused_by_the_header_alone() -> None:
    for side in (1001, 10_000, 100_000):
        header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
        assert fault_of(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", b"")) is Fault.PIXELS


@pytest.mark.parametrize("size", [(1, MAX_SIDE + 1), (MAX_SIDE + 1, 1)])
def test_too_long_a_side_is_refused_however_narrow_the_picture(size: tuple[int, int]) -> None:
    assert fault_of(saved(Image.new("L", size))) is Fault.PIXELS


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_large_picture_is_reduced_in_its_proportions(form: str) -> None:
    reduced = decoded(saved(half_red().resize((1200, 600)), form), max_pixels=PIXELS, longest=100)
    assert reduced.size == (100, 50)
    assert reduced.getpixel((10, 25))[1] < 60
    assert reduced.getpixel((90, 25))[1] > 200


def test_a_picture_is_turned_after_it_was_reduced() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decoded(saved(half_red().resize((400, 200)), "JPEG", exif=exif), max_pixels=PIXELS, longest=100).size == (
        50,
        100,
    )


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"hevc", b"mif1", b"msf1"])
def test_a_telephones_own_format_is_told_from_others(brand: bytes) -> None:
    upload = b"\0\0\0\x24ftyp" + brand + b"\0\0\0\0mif1heic" + bytes(100)
    assert is_heif(upload)
    assert fault_of(upload) is Fault.HEIF
    assert not is_heif(b"\0\0\0\x24ftypmp42" + bytes(100))
    assert fault_of(b"\0\0\0\x24ftypmp42" + bytes(100)) is Fault.FORMAT


def jpeg() -> bytes:
    """With a thumbnail in its EXIF, whose end is not the picture's."""
    exif = Image.Exif()
    exif[0x010E] = saved(half_red().resize((20, 10)), "JPEG").decode("latin-1")
    return saved(half_red(), "JPEG", exif=exif.tobytes())


@pytest.mark.parametrize(
    "film",
    [b"\0", b"\0\0\0\x18ftypmp42" + b"\xff\xda\0\x08" * 2_000_000, b"\xff\xd9" * 1000, b"<script>"],
    ids=["a byte", "8 MB of film that looks like scans", "more ends", "script"],
)
def test_what_follows_a_jpeg_is_no_part_of_it(film: bytes) -> None:
    plain = jpeg()
    assert decoded(plain + film, max_pixels=PIXELS).tobytes() == decoded(plain, max_pixels=PIXELS).tobytes()


def test_a_jpeg_whose_segments_are_padded_is_read() -> None:
    plain = jpeg()
    padded = plain[:2] + b"\xff" * 5 + plain[2:]
    assert decoded(padded, max_pixels=PIXELS).size == (40, 20)


def test_a_jpeg_of_several_pictures_shows_its_first() -> None:
    """As telephones make them: a second picture with the brightness stands behind the first."""
    content = io.BytesIO()
    half_red().save(content, "MPO", save_all=True, append_images=[Image.new("RGB", (40, 20), "blue")])
    assert content.getvalue().startswith(b"\xff\xd8\xff")
    assert decoded(content.getvalue(), max_pixels=PIXELS).getpixel((5, 10)) == pytest.approx((254, 0, 0), abs=3)


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
    assert decoded(whole, max_pixels=PIXELS).size == (100, 100)
    assert fault_of(b"\xff\xda".join([head, *scans[:-1], *[scans[0]] * 100, scans[-1]])) is Fault.BROKEN
