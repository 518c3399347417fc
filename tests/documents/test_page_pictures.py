import io
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name
from PIL import Image

from documents import apart, page_pictures
from documents.page_pictures import PagePictureError, page_picture

PDF = "application/pdf"


def document(*colours: tuple[int, int, int], size: tuple[float, float] = (200, 100), rotate: int = 0) -> bytes:
    """A PDF of one page for each colour, whose left half is in that colour."""
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        for red, green, blue in colours:
            page = pdf.add_blank_page(page_size=size)
            paint = f"{red / 255} {green / 255} {blue / 255} rg 0 0 {size[0] / 2} {size[1]} re f"
            page.Contents = pdf.make_stream(paint.encode())
            page.Rotate = rotate
        pdf.save(content)
    return content.getvalue()


def with_text(text: str, font: str) -> bytes:
    """A PDF that names a Japanese font and does not contain it."""
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(400, 100))
        described = Dictionary(
            Type=Name.FontDescriptor, FontName=Name("/" + font), Flags=6, FontBBox=Array([0, -200, 1000, 900]),
            ItalicAngle=0, Ascent=859, Descent=-140, CapHeight=769, StemV=78,
        )  # fmt: skip
        cid = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/" + font), DW=1000,
            CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Japan1", Supplement=2),
            FontDescriptor=pdf.make_indirect(described),
        )  # fmt: skip
        composite = Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/" + font), Encoding=Name("/90ms-RKSJ-H"),
            DescendantFonts=Array([pdf.make_indirect(cid)]),
        )  # fmt: skip
        page.Resources = Dictionary(Font=Dictionary(F1=pdf.make_indirect(composite)))
        page.Contents = pdf.make_stream(b"BT /F1 36 Tf 20 30 Td <" + text.encode("cp932").hex().encode() + b"> Tj ET")
        pdf.save(content)
    return content.getvalue()


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png), formats=["PNG"]).convert("RGB")


def photograph(form: str, size: tuple[int, int] = (800, 400)) -> bytes:
    content = io.BytesIO()
    picture = Image.new("RGB", size, "white")
    picture.paste((200, 0, 0), (0, 0, size[0] // 2, size[1]))
    picture.save(content, form)
    return content.getvalue()


def test_each_page_of_a_pdf_is_drawn() -> None:
    pages = document((255, 0, 0), (0, 0, 255))
    for number, colour in enumerate([(255, 0, 0), (0, 0, 255)]):
        picture = opened(page_picture(pages, content_type=PDF, page=number))
        assert picture.size == (1000, 500)
        assert picture.getpixel((100, 250)) == colour
        assert picture.getpixel((900, 250)) == (255, 255, 255)


def test_a_turned_page_is_drawn_upright() -> None:
    assert opened(page_picture(document((9, 9, 9), rotate=90), content_type=PDF, page=0)).size == (1000, 2000)


@pytest.mark.parametrize(
    ("size", "width", "drawn"),
    [
        ((200, 100), 300, (300, 150)),
        ((200, 100), 9000, (2000, 1000)),
        ((100, 1000), 1000, (200, 2000)),
        ((14400, 3), 1000, (1000, 1)),
        ((3, 14400), 1000, (1, 2000)),
    ],
)
def test_no_side_of_a_picture_is_longer_than_2000(size: tuple[int, int], width: int, drawn: tuple[int, int]) -> None:
    assert opened(page_picture(document((9, 9, 9), size=size), content_type=PDF, page=0, width=width)).size == drawn


def test_text_in_a_japanese_font_that_the_pdf_lacks_is_drawn_in_ours() -> None:
    kanji = opened(page_picture(with_text("日本語の請求書", "MS-Gothic"), content_type=PDF, page=0)).convert("L")
    inked = [kanji.crop((50 + 90 * place, 100, 140 + 90 * place, 200)).histogram()[0] for place in range(7)]
    assert min(inked) > 300
    assert len(set(inked)) == 7


def test_a_stamp_and_a_filled_field_are_drawn() -> None:
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 100))
        looks = pdf.make_stream(
            b"1 0 0 rg 0 0 50 50 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 50, 50])
        )
        drawn = {"/Type": Name.Annot, "/AP": Dictionary(N=looks), "/F": 4}
        stamp = pdf.make_indirect(Dictionary({**drawn, "/Subtype": Name.Stamp, "/Rect": Array([0, 0, 50, 50])}))
        box = Dictionary(
            {**drawn, "/Subtype": Name.Widget, "/Rect": Array([100, 0, 150, 50]), "/FT": Name.Tx, "/T": b"a"}
        )
        field = pdf.make_indirect(box)
        page.Annots = Array([stamp, field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
        pdf.save(content)
    picture = opened(page_picture(content.getvalue(), content_type=PDF, page=0))
    assert picture.getpixel((100, 400)) == (255, 0, 0)
    assert picture.getpixel((600, 400)) == (255, 0, 0)


@pytest.mark.parametrize(("form", "content_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_picture_is_scaled_down_and_never_up(form: str, content_type: str) -> None:
    small = opened(page_picture(photograph(form), content_type=content_type, page=0, width=200))
    assert small.size == (200, 100)
    assert small.getpixel((50, 50)) == pytest.approx((200, 0, 0), abs=4)
    assert opened(page_picture(photograph(form), content_type=content_type, page=0)).size == (800, 400)
    long = photograph(form, (100, 4000))
    assert opened(page_picture(long, content_type=content_type, page=0)).size == (50, 2000)


@pytest.mark.parametrize("page", [-1, 1, 10**9])
@pytest.mark.parametrize(
    ("content", "content_type"), [(document((9, 9, 9)), PDF), (photograph("PNG"), "image/png")], ids=["pdf", "png"]
)
def test_a_page_that_does_not_exist_is_a_lookup_error(content: bytes, content_type: str, page: int) -> None:
    with pytest.raises(LookupError):
        page_picture(content, content_type=content_type, page=page)


def test_a_width_below_one_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="width"):
        page_picture(document((9, 9, 9)), content_type=PDF, page=0, width=0)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"", PDF),
        (b"%PDF-1.7", PDF),
        (photograph("PNG"), PDF),
        (photograph("PNG")[:300], "image/png"),
        (document((9, 9, 9)), "image/png"),
        (document((9, 9, 9)), "text/html"),
    ],
    ids=["empty", "only a header", "a picture", "half a picture", "a PDF as a picture", "another type"],
)
def test_what_cannot_be_drawn_is_said_so(content: bytes, content_type: str) -> None:
    with pytest.raises(PagePictureError):
        page_picture(content, content_type=content_type, page=0)


def test_a_page_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve drawings, each of which is ten times the one before."""
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 100))
        drawing = pdf.make_stream(
            b"0 0 200 100 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 100])
        )
        for _ in range(12):
            inner = Dictionary(XObject=Dictionary(D=drawing))
            drawing = pdf.make_stream(
                b"/D Do " * 10, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 100]), Resources=inner
            )
        page.Resources = Dictionary(XObject=Dictionary(D=drawing))
        page.Contents = pdf.make_stream(b"/D Do")
        pdf.save(content)
    monkeypatch.setattr(apart, "_SECONDS", 1)
    with pytest.raises(PagePictureError, match="-9"):
        page_picture(content.getvalue(), content_type=PDF, page=0)


def test_the_drawing_program_needs_no_django() -> None:
    probe = "import sys, documents.page_pictures_process; sys.exit('django' in sys.modules)"
    root = Path(page_pictures.__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", probe], cwd=root, check=False).returncode == 0


@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 2000), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4))
def test_a_damaged_pdf_is_drawn_or_said_to_be_broken(damages: list[tuple[int, bytes]]) -> None:
    damaged = document((9, 9, 9))
    for place, noise in damages:
        at = place % len(damaged)
        damaged = damaged[:at] + noise + damaged[at + len(noise) :]
    with suppress(LookupError, PagePictureError):
        opened(page_picture(damaged, content_type=PDF, page=0)).load()
