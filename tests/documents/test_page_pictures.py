import io
import itertools
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
from documents.page_pictures import page_picture

FILES = Path(__file__).parent.parent / "files"


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


def drawn(content: bytes, page: int = 0, width: int = 1000) -> Image.Image:
    picture = page_picture(content, page=page, width=width).content
    assert picture is not None
    return Image.open(io.BytesIO(picture), formats=["PNG", "JPEG"]).convert("RGB")


def photograph(form: str, size: tuple[int, int] = (800, 400)) -> bytes:
    content = io.BytesIO()
    picture = Image.new("RGB", size, "white")
    picture.paste((200, 0, 0), (0, 0, size[0] // 2, size[1]))
    picture.save(content, form)
    return content.getvalue()


def test_each_page_of_a_pdf_is_drawn() -> None:
    pages = document((255, 0, 0), (0, 0, 255))
    for number, colour in enumerate([(255, 0, 0), (0, 0, 255)]):
        picture = drawn(pages, number)
        assert picture.size == (1000, 500)
        assert picture.getpixel((100, 250)) == colour
        assert picture.getpixel((900, 250)) == (255, 255, 255)


def test_a_turned_page_is_drawn_upright() -> None:
    assert drawn(document((9, 9, 9), rotate=90)).size == (1000, 2000)


@pytest.mark.parametrize(
    ("size", "width", "expected"),
    [
        ((200, 100), 300, (300, 150)),
        ((200, 100), 9000, (2000, 1000)),
        ((100, 1000), 1000, (200, 2000)),
        ((14400, 3), 1000, (1000, 1)),
        ((3, 14400), 1000, (1, 2000)),
    ],
)
def test_no_side_of_a_picture_is_longer_than_2000(size: tuple[int, int], width: int, expected: tuple[int, int]) -> None:
    assert drawn(document((9, 9, 9), size=size), width=width).size == expected


def test_text_in_a_japanese_font_that_the_pdf_lacks_is_drawn_in_ours() -> None:
    kanji = drawn(with_text("日本語の請求書", "MS-Gothic")).convert("L")
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
        looks_so = {"/Type": Name.Annot, "/AP": Dictionary(N=looks), "/F": 4}
        stamp = pdf.make_indirect(Dictionary({**looks_so, "/Subtype": Name.Stamp, "/Rect": Array([0, 0, 50, 50])}))
        box = Dictionary(
            {**looks_so, "/Subtype": Name.Widget, "/Rect": Array([100, 0, 150, 50]), "/FT": Name.Tx, "/T": b"a"}
        )
        field = pdf.make_indirect(box)
        page.Annots = Array([stamp, field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
        pdf.save(content)
    picture = drawn(content.getvalue())
    assert picture.getpixel((100, 400)) == (255, 0, 0)
    assert picture.getpixel((600, 400)) == (255, 0, 0)


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_picture_is_scaled_down_and_never_up(form: str) -> None:
    small = drawn(photograph(form), width=200)
    assert small.size == (200, 100)
    assert small.getpixel((50, 50)) == pytest.approx((200, 0, 0), abs=4)
    assert drawn(photograph(form)).size == (800, 400)
    long = photograph(form, (100, 4000))
    assert drawn(long).size == (50, 2000)


@pytest.mark.parametrize("page", [-1, 1, 10**9])
@pytest.mark.parametrize("content", [document((9, 9, 9)), photograph("PNG")], ids=["pdf", "png"])
def test_a_page_that_does_not_exist_is_a_lookup_error(content: bytes, page: int) -> None:
    with pytest.raises(LookupError):
        page_picture(content, page=page)


def test_a_width_below_one_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="width"):
        page_picture(document((9, 9, 9)), page=0, width=0)


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", photograph("PNG")[:300], b"<html>"],
    ids=["empty", "only a header", "half a picture", "no document"],
)
def test_what_cannot_be_drawn_has_no_picture(content: bytes) -> None:
    assert page_picture(content, page=0).content is None


@pytest.mark.parametrize(("colours", "start"), [(3, b"\x89PNG"), (50_000, b"\xff\xd8")])
def test_a_drawing_stays_sharp_and_a_photograph_small(colours: int, start: bytes) -> None:
    picture = Image.new("RGB", (300, 300))
    picture.putdata([(place % colours % 256, place % colours // 256, 7) for place in range(300 * 300)])
    upload = io.BytesIO()
    picture.save(upload, "PNG")
    content = page_picture(upload.getvalue(), page=0).content
    assert content
    assert content.startswith(start)


def lines_below(content: bytes, page_size: tuple[int, int]) -> int:
    """How many lines of text stand under the page."""
    picture = drawn(content)
    below = picture.crop((0, round(1000 * page_size[1] / page_size[0]) + 2, 1000, picture.height)).convert("L")
    inked = [min(below.crop((0, row, 1000, row + 1)).get_flattened_data()) < 120 for row in range(below.height)]
    return sum(dark and not above for above, dark in itertools.pairwise([False, *inked]))


def noted(*notes: Dictionary) -> bytes:
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(400, 200))
        page.Annots = Array(
            [
                pdf.make_indirect(
                    Dictionary({"/Type": Name.Annot, "/Rect": Array([10, 10, 40, 40]), **dict(note.items())})
                )
                for note in notes
            ]
        )
        pdf.save(content)
    return content.getvalue()


def test_what_the_notes_of_a_pdf_say_stands_under_its_page() -> None:
    """The file has a text of the typewriter without a look of its own, a stamp, a drawing and a memo."""
    content = (FILES / "annots.pdf").read_bytes()
    picture = drawn(content)
    assert lines_below(content, (595, 842)) == 3
    assert picture.getpixel((680, 330)) == (255, 0, 0)
    blue = (0, 0x17, 0xC1)
    assert picture.getpixel((103, 341)) == blue
    assert picture.getpixel((842, 207)) == blue


@pytest.mark.parametrize("kind", ["Text", "FreeText", "Highlight", "Square", "Stamp", "Caret", "Ink"])
def test_a_note_of_every_kind_is_written_down(kind: str) -> None:
    note = Dictionary(Subtype=Name("/" + kind), Contents="青葉商事の注釈")
    assert lines_below(noted(note), (400, 200)) == 2


@pytest.mark.parametrize(
    "note",
    [
        Dictionary(Subtype=Name.Text, Contents=""),
        Dictionary(Subtype=Name.Text),
        Dictionary(Subtype=Name.Text, Contents="hidden", F=2),
        Dictionary(Subtype=Name.Text, Contents="not to be viewed", F=32),
        Dictionary(Subtype=Name.Link, Contents="a link"),
        Dictionary(Subtype=Name.Popup, Contents="again"),
    ],
)
def test_what_no_viewer_shows_as_a_note_is_not_written_down(note: Dictionary) -> None:
    assert drawn(noted(note)).size == (1000, 500)


def test_notes_without_end_are_counted_and_not_all_written_down() -> None:
    many = noted(*[Dictionary(Subtype=Name.Text, Contents="x" * 5000)] * 300)
    assert drawn(many).height < 20_000
    assert (
        lines_below(noted(*[Dictionary(Subtype=Name.Text, Contents=f"{number}") for number in range(300)]), (400, 200))
        == 42
    )


def endless(pages: int = 1) -> bytes:
    """Each page is twelve drawings, each of which is ten times the one before."""
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        drawing = pdf.make_stream(
            b"0 0 200 100 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 100])
        )
        for _ in range(12):
            inner = Dictionary(XObject=Dictionary(D=drawing))
            drawing = pdf.make_stream(
                b"/D Do " * 10, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 100]), Resources=inner
            )
        for _ in range(pages):
            page = pdf.add_blank_page(page_size=(200, 100))
            page.Resources = Dictionary(XObject=Dictionary(D=drawing))
            page.Contents = pdf.make_stream(b"/D Do")
        pdf.save(content)
    return content.getvalue()


def test_a_page_that_takes_too_long_is_given_up() -> None:
    given_up = page_picture(endless(), page=0)
    assert given_up.content is None
    assert 0 < given_up.seconds < apart.PROCESSOR_SECONDS + 2


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
    with suppress(LookupError):
        picture = page_picture(damaged, page=0).content
        assert picture is None or Image.open(io.BytesIO(picture), formats=["PNG"]).load()
