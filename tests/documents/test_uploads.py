import hashlib
import io
import zlib
from collections.abc import Callable
from pathlib import Path
from threading import BoundedSemaphore

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from documents import apart
from documents.pdf_inspection_process import Refused
from documents.pdf_inspection_process import inspect as read
from documents.typesetting import render
from documents.uploads import Inspected, Reason, UploadError, inspect
from tests.documents.papers import NOON, REGISTRATION

FILES = Path(__file__).parent.parent / "files"


def saved(pdf: Pdf, **options: object) -> bytes:
    content = io.BytesIO()
    pdf.save(content, **options)
    return content.getvalue()


def invoice(change: Callable[[Pdf], object] | None = None, *, pages: int = 1, **options: object) -> bytes:
    """A PDF of blank pages, changed before it is saved."""
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        if change:
            change(pdf)
        return saved(pdf, **options)


def picture(form: str, size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    content = io.BytesIO()
    Image.effect_noise(size, 50).convert("RGB").save(content, form, **options)
    return content.getvalue()


def refusal_of(upload: bytes) -> Reason:
    with pytest.raises(UploadError) as refused:
        inspect(upload)
    return refused.value.reason


@pytest.mark.parametrize("pages", [1, 50])
def test_a_pdf_is_kept_byte_for_byte(pages: int) -> None:
    upload = invoice(pages=pages)
    found = inspect(upload)
    assert found == Inspected("application/pdf", "pdf", pages, upload)
    assert found.sha256 == hashlib.sha256(upload).hexdigest()


@pytest.mark.parametrize("streams", pikepdf.ObjectStreamMode)
@pytest.mark.parametrize("linearize", [False, True])
def test_a_pdf_of_every_build_is_taken(streams: pikepdf.ObjectStreamMode, linearize: bool) -> None:
    assert inspect(invoice(pages=3, object_stream_mode=streams, linearize=linearize)).pages == 3


def test_our_own_certificate_is_a_fit_document() -> None:
    assert inspect(render("registration_certificate", dict(REGISTRATION), dated=NOON)).pages == 1


@pytest.mark.parametrize(
    ("form", "content_type", "extension"), [("PNG", "image/png", "png"), ("JPEG", "image/jpeg", "jpg")]
)
def test_a_picture_is_kept_upright_and_without_metadata(form: str, content_type: str, extension: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SECRET"
    upload = picture(form, exif=exif)
    assert b"SECRET" in upload
    found = inspect(upload)
    assert (found.content_type, found.extension, found.pages) == (content_type, extension, 1)
    kept = Image.open(io.BytesIO(found.content))
    assert (kept.format, kept.size) == (form, (40, 60))
    assert b"SECRET" not in found.content
    assert not kept.getexif()
    assert found.sha256 == hashlib.sha256(found.content).hexdigest()


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_what_follows_a_picture_is_not_kept_however_long_it_is(form: str) -> None:
    plain = picture(form)
    for film in (b"<script>", b"\0\0\0\x18ftypmp42" + b"\xff\xda\0\x08" * 2_000_000, bytes(11 * 1024 * 1024)):
        assert inspect(plain + film).content == inspect(plain).content


def counted(before: bytes, pdf: bytes) -> bytes:
    """The PDF after other bytes, in a table that counts them."""
    return rebuilt(before + pdf)


@pytest.mark.parametrize(
    "before", [b"\xef\xbb\xbf", b"\r\n", b"<html>", b"Content-Type: application/pdf\r\n\r\n", bytes(1024)]
)
@pytest.mark.parametrize("after", [b"", bytes(5000), b"<!-- made by a web server -->" * 100])
def test_of_bytes_around_a_pdf_nothing_is_kept(before: bytes, after: bytes) -> None:
    plain = invoice()
    assert inspect(before + plain + after) == inspect(plain)


@pytest.mark.parametrize("before", [b"\n", b"\xef\xbb\xbf", b"Content-Type: application/pdf\r\n\r\n"])
def test_a_pdf_whose_table_counts_the_bytes_before_it_is_taken(before: bytes) -> None:
    found = inspect(counted(before, invoice(pages=2)))
    assert found.pages == 2
    assert found.content.startswith(b"%PDF-")
    assert before.strip() not in found.content.split(b"obj")[0] or not before.strip()
    assert inspect(found.content) == found


def test_of_a_pdf_that_was_changed_the_last_state_is_kept() -> None:
    first = invoice()
    with pikepdf.open(io.BytesIO(first)) as pdf:
        pdf.add_blank_page()
        assert first.endswith(b"%%EOF\n")
        both = b"\xef\xbb\xbf" + saved(pdf)
    assert inspect(both).pages == 2


def test_a_file_of_a_real_program_with_a_byte_order_mark_is_taken() -> None:
    upload = (FILES / "bom_before.pdf").read_bytes()
    assert inspect(upload) == Inspected("application/pdf", "pdf", 1, upload[3:])


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_photograph_of_a_telephone_is_kept_as_large_as_a_page_of_300_dpi(form: str) -> None:
    content = io.BytesIO()
    Image.linear_gradient("L").resize((4032, 3024)).convert("RGB").save(content, form)
    kept = Image.open(io.BytesIO(inspect(content.getvalue()).content))
    assert (kept.format, kept.size) == (form, (3508, 2631))


def test_a_png_that_would_grow_beyond_what_may_be_sent_is_kept_as_a_jpeg() -> None:
    """Few colours without order, which fit into few bits; reduced in size they are many."""
    noise = Image.effect_noise((5000, 5000), 200).point(lambda level: 255 * (level > 127)).convert("1")
    content = io.BytesIO()
    Image.merge("RGB", [noise.convert("L")] * 3).quantize(2).save(content, "PNG", bits=1)
    assert len(content.getvalue()) < 10 * 1024**2
    found = inspect(content.getvalue())
    assert len(found.content) < 14 * 1024**2
    assert found.content_type in {"image/png", "image/jpeg"}


@pytest.mark.parametrize(
    ("upload", "reason"),
    [
        (b"", Reason.FORMAT),
        (b"PK\x03\x04", Reason.FORMAT),
        (b"<html>", Reason.FORMAT),
        (bytes(1025) + invoice(), Reason.FORMAT),
        (b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + bytes(1000), Reason.HEIF),
        (picture("GIF"), Reason.FORMAT),
        (picture("TIFF"), Reason.FORMAT),
        (invoice() + bytes(10 * 1024 * 1024), Reason.BYTES),
        (picture("PNG", (2200, 2200)) + bytes(1), Reason.BYTES),
        (picture("PNG")[:500], Reason.BROKEN),
        (picture("JPEG")[:500], Reason.BROKEN),
        (b"%PDF-1.7", Reason.BROKEN),
        (invoice()[:-300], Reason.BROKEN),
        (invoice(pages=0), Reason.BROKEN),
        (invoice(pages=51), Reason.PAGES),
        (invoice(encryption=pikepdf.Encryption(owner="o", user="u")), Reason.ENCRYPTED),
        (invoice(encryption=pikepdf.Encryption(owner="o", user="")), Reason.ENCRYPTED),
        (invoice(encryption=pikepdf.Encryption(owner="o", user="u", R=4)), Reason.ENCRYPTED),
    ],
)
def test_a_file_that_is_no_fit_document_is_refused(upload: bytes, reason: Reason) -> None:
    assert refusal_of(upload) is reason


def test_a_picture_of_more_than_40_megapixels_is_refused() -> None:
    content = io.BytesIO()
    Image.new("1", (6400, 6251)).save(content, "PNG")
    assert refusal_of(content.getvalue()) is Reason.PIXELS


def test_a_page_scanned_with_600_dpi_is_taken() -> None:
    content = io.BytesIO()
    Image.new("1", (4960, 7016), 1).save(content, "PNG")
    assert Image.open(io.BytesIO(inspect(content.getvalue()).content)).size == (2480, 3508)


def test_a_document_that_finds_no_place_is_refused_for_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_PATIENCE", 0.01)
    monkeypatch.setattr(apart, "_places", BoundedSemaphore(1))
    with apart._a_place():
        assert refusal_of(invoice()) is Reason.BUSY
        assert refusal_of(picture("PNG")) is Reason.BUSY
    assert inspect(invoice()).pages == 1


def action(kind: str, **more: object) -> Dictionary:
    return Dictionary(S=Name("/" + kind), **more)


def link(pdf: Pdf, act: Dictionary) -> None:
    annotate(pdf, Dictionary(Subtype=Name.Link, A=act))


def annotate(pdf: Pdf, annotation: Dictionary) -> None:
    annotation.Type = Name.Annot
    annotation.Rect = Array([0, 0, 100, 20])
    pdf.pages[0].Annots = pdf.make_indirect(Array([pdf.make_indirect(annotation)]))


def form(pdf: Pdf, **field: object) -> None:
    made = pdf.make_indirect(Dictionary(FT=Name.Tx, T=b"total", **field))
    pdf.Root.AcroForm = Dictionary(Fields=Array([made]))


def attach(pdf: Pdf) -> None:
    pdf.attachments["macro.exe"] = b"MZ"


def put_into_the_names(pdf: Pdf) -> None:
    script = pdf.make_indirect(action("JavaScript", JS=b"app.alert(1)"))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([b"a", script])))


def leave_where_nothing_leads(pdf: Pdf) -> None:
    """An action in an object of its own that a page mentions under a name without meaning."""
    pdf.pages[0].Whatever = Array([Array([pdf.make_indirect(Dictionary(Deep=Array([action("Launch", F=b"cmd")])))])])


def hide_behind_an_outline(pdf: Pdf) -> None:
    item = pdf.make_indirect(Dictionary(Title=b"1", A=action("GoTo", Next=action("Launch", F=b"cmd"))))
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=item, Last=item, Count=1))


def read_from_outside(pdf: Pdf) -> None:
    stream = pdf.make_stream(b"")
    stream.F = b"\\\\server\\share"
    pdf.pages[0].Contents = stream


ACTIVE: dict[str, Callable[[Pdf], object]] = {
    "script at opening": lambda pdf: setattr(pdf.Root, "OpenAction", action("JavaScript", JS=b"app.alert(1)")),
    "script in a stream": lambda pdf: setattr(
        pdf.Root, "OpenAction", pdf.make_indirect(action("JavaScript", JS=pdf.make_stream(b"app.alert(1)")))
    ),
    "script in the names": put_into_the_names,
    "script behind a link": lambda pdf: link(pdf, action("JavaScript", JS=b"app.alert(1)")),
    "script in a field": lambda pdf: form(pdf, AA=Dictionary(K=action("JavaScript", JS=b"x"))),
    "script when a page is turned": lambda pdf: setattr(
        pdf.pages[0], "AA", Dictionary(O=action("JavaScript", JS=b"x"))
    ),
    "script in a rendition": lambda pdf: link(pdf, action("Rendition", JS=b"x")),
    "web page at opening": lambda pdf: setattr(pdf.Root, "OpenAction", action("URI", URI=b"https://e.example")),
    "web page after going to a page at opening": lambda pdf: setattr(
        pdf.Root, "OpenAction", action("GoTo", D=Array([0]), Next=action("URI", URI=b"https://e.example"))
    ),
    "web page when a page is turned": lambda pdf: setattr(
        pdf.pages[0], "AA", Dictionary(O=action("URI", URI=b"https://e.example"))
    ),
    "broken additional actions": lambda pdf: setattr(pdf.pages[0], "AA", Array([])),
    "launch": lambda pdf: link(pdf, action("Launch", F=b"cmd.exe")),
    "submit": lambda pdf: form(pdf, A=action("SubmitForm", F=b"https://e.example")),
    "import": lambda pdf: form(pdf, A=action("ImportData", F=b"x")),
    "another file": lambda pdf: link(pdf, action("GoToR", F=b"x.pdf", D=Array([0]))),
    "an embedded file": lambda pdf: link(pdf, action("GoToE", T=Dictionary(R=Name.C))),
    "an unknown action": lambda pdf: link(pdf, action("Explode")),
    "a nameless action": lambda pdf: link(pdf, Dictionary(S=b"JavaScript")),
    "a menu entry": lambda pdf: link(pdf, action("Named", N=Name.SaveAs)),
    "a second action": lambda pdf: link(pdf, action("GoTo", D=Array([0]), Next=Array([action("Explode")]))),
    "a file's address": lambda pdf: link(pdf, action("URI", URI=b"file:///C:/x")),
    "a share's address": lambda pdf: link(pdf, action("URI", URI=b"\\\\server\\share")),
    "a script's address": lambda pdf: link(pdf, action("URI", URI=b" javascript:alert(1)")),
    "relative links that start from a share": lambda pdf: setattr(
        pdf.Root, "URI", Dictionary(Base=b"file://server/share/")
    ),
    "film": lambda pdf: annotate(pdf, Dictionary(Subtype=Name.Movie)),
    "sound": lambda pdf: annotate(pdf, Dictionary(Subtype=Name.Sound)),
    "screen": lambda pdf: annotate(pdf, Dictionary(Subtype=Name.Screen)),
    "rich media": lambda pdf: annotate(pdf, Dictionary(Subtype=Name.RichMedia)),
    "three dimensions": lambda pdf: annotate(pdf, Dictionary(Subtype=Name("/3D"))),
    "file as a note": lambda pdf: annotate(pdf, Dictionary(Subtype=Name.FileAttachment)),
    "attached file": attach,
    "file that nothing names": lambda pdf: setattr(
        pdf.pages[0], "Whatever", pdf.make_stream(b"MZ", Type=Name.EmbeddedFile)
    ),
    "collection": lambda pdf: setattr(pdf.Root, "Collection", Dictionary()),
    "XFA form": lambda pdf: setattr(pdf.Root, "AcroForm", Dictionary(Fields=Array(), XFA=pdf.make_stream(b"<xdp/>"))),
    "deep in a page": leave_where_nothing_leads,
    "behind an outline": hide_behind_an_outline,
    "content outside of the file": read_from_outside,
}


@pytest.mark.parametrize("name", ACTIVE)
@pytest.mark.parametrize("streams", [pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate])
def test_a_pdf_that_does_more_than_show_pages_is_refused(name: str, streams: pikepdf.ObjectStreamMode) -> None:
    assert refusal_of(invoice(ACTIVE[name], object_stream_mode=streams)) is Reason.ACTIVE


# Each is read by some viewer as the name of another server, of a file or of a program.
ELSEWHERE = [
    *(
        b"//host/share",
        b"///host/share",
        b"////host",
        b"/\\host/share",
        b"\\/host/share",
        b"\\\\host\\share",
        b"\\host",
    ),
    *(
        b" //host/share",
        b"\t//host",
        b"\n//host",
        b"/\t/host",
        b"/\n/host",
        b"/\x00/host",
        b"\x00//host",
        b"\x7f//host",
    ),
    *(
        b"\xef\xbb\xbf//host",
        b"\xef\xbb\xbf/x",
        "//host".encode("utf-16"),
        "//host".encode("utf-16-be"),
        b"\xe3\x80\x80//host",
    ),
    *(b".//host", b"..//host", b"/.//host", b"a//host", b"?//\\host", b"#\\\\host"),
    *(
        b"file:///C:/x",
        b"FILE://host/x",
        b"file:x",
        b" file:x",
        b"f\tile:x",
        b"\x00file:x",
        "file:x".encode("utf-16-be"),
    ),
    *(b"javascript:alert(1)", b"JavaScript:alert(1)", b"java\nscript:alert(1)", b"vbscript:x", b"data:text/html,x"),
    *(
        b"smb://host/x",
        b"ftp://host/x",
        b"ms-msdt:/id",
        b"search-ms:query=x",
        b"ldap://host",
        b"C:\\x.exe",
        b"c:/x.exe",
    ),
    *(b"view-source:https://e.example", b"httpx://e.example", b"xhttp://e.example", b"jar:https://e.example!/"),
]


def test_no_link_leads_to_another_server_a_file_or_a_program() -> None:
    taken = [address for address in ELSEWHERE if read(invoice_with_link(address)) is not Refused.ACTIVE]
    assert (len(ELSEWHERE), taken) == (49, [])


def invoice_with_link(address: bytes) -> bytes:
    return invoice(lambda pdf: link(pdf, action("URI", URI=address)))


def test_a_name_in_disguise_is_recognised() -> None:
    upload = invoice(ACTIVE["script at opening"])
    assert upload.count(b"/JavaScript") == 1
    assert upload.count(b"/JS") == 1
    disguised = upload.replace(b"/JavaScript", b"/J#61v#61Scrip#74").replace(b"/JS", b"/#4a#53")
    assert refusal_of(rebuilt(disguised)) is Reason.ACTIVE


def rebuilt(pdf: bytes) -> bytes:
    """The same objects, not their text, under a table that is right again."""
    head, _, tail = pdf.rpartition(b"\nxref\n")
    count = int(tail.split()[1])
    places = [head.index(b"\n%d 0 obj" % number) + 1 for number in range(1, count)]
    table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = tail[tail.index(b"trailer") : tail.index(b"startxref")]
    return head + b"\nxref\n0 %d\n" % count + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (len(head) + 1)


HARMLESS: dict[str, Callable[[Pdf], object]] = {
    "link to a page": lambda pdf: link(pdf, action("GoTo", D=Array([0, Name.Fit]))),
    "link to the next page": lambda pdf: link(pdf, action("Named", N=Name.NextPage)),
    "link to the web": lambda pdf: link(pdf, action("URI", URI=b"https://www.example.jp/?a=b:c")),
    "link to a mailbox": lambda pdf: link(pdf, action("URI", URI=b"mailto:taro@example.jp")),
    "link without a scheme": lambda pdf: link(pdf, action("URI", URI=b"www.example.jp/a:b")),
    "link to a file beside it": lambda pdf: link(pdf, action("URI", URI="./別紙/明細 1.pdf?p=//1#a".encode())),
    "link to a place of its own server": lambda pdf: link(pdf, action("URI", URI=b"/a/b/")),
    "relative links that start from the web": lambda pdf: setattr(
        pdf.Root, "URI", Dictionary(Base=b"https://e.example/")
    ),
    "page at opening": lambda pdf: setattr(pdf.Root, "OpenAction", Array([pdf.pages[0].obj, Name.Fit])),
    "going to a page at opening": lambda pdf: setattr(pdf.Root, "OpenAction", action("GoTo", D=Array([0, Name.Fit]))),
    "field with a value": lambda pdf: form(pdf, V=b"1,100"),
    "structure": lambda pdf: setattr(
        pdf.Root, "StructTreeRoot", Dictionary(K=Dictionary(S=Name.P, A=Dictionary(O=Name.Layout)))
    ),
    "stamp": lambda pdf: annotate(pdf, Dictionary(Subtype=Name.Stamp, F=4)),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_pdf_that_only_leads_to_pages_is_taken(name: str) -> None:
    upload = invoice(HARMLESS[name])
    assert inspect(upload).content == upload


def test_a_page_that_forgets_its_resources_is_taken() -> None:
    def forget(pdf: Pdf) -> None:
        del pdf.pages[0].Resources

    upload = invoice(forget)
    assert b"/Resources" in invoice()
    assert b"/Resources" not in upload
    assert inspect(upload).pages == 1


def test_an_object_that_has_to_be_guessed_at_is_broken() -> None:
    upload = invoice(HARMLESS["stamp"])
    assert upload.count(b"/F 4") == 1
    assert refusal_of(upload.replace(b"/F 4", b"/F )")) is Reason.BROKEN


def test_a_pdf_that_has_to_be_guessed_at_is_broken() -> None:
    upload = invoice()
    at = upload.index(b"startxref")
    assert refusal_of(upload[:at] + b"startxref\n7\n%%EOF\n") is Reason.BROKEN


def padded(megabytes: int) -> bytes:
    """A PDF of one page whose page tree stands before that many packed spaces."""
    packer = zlib.compressobj(9, wbits=-15)
    tree = b"3 0 <</Type/Pages/Count 1/Kids[5 0 R]>>"
    # After a full flush a block stands for itself and can be repeated.
    start, block = (packer.compress(part) + packer.flush(zlib.Z_FULL_FLUSH) for part in (tree, b" " * 1024**2))
    raw = start + block * megabytes + packer.flush()
    check = zlib.adler32(tree)
    for _ in range(megabytes):
        check = zlib.adler32(b" " * 1024**2, check)
    packed = b"\x78\xda" + raw + check.to_bytes(4)
    objects = [
        b"1 0 obj\n<</Type/Catalog/Pages 3 0 R>>\nendobj\n",
        b"2 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
        + packed
        + b"\nendstream\nendobj\n",
        b"5 0 obj\n<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]>>\nendobj\n",
    ]
    body = b"%PDF-1.7\n" + b"".join(objects)
    first, second, fifth = (body.index(start) for start in objects)
    entries = [(0, 0, 255), (1, first, 0), (1, second, 0), (2, 2, 0), (1, len(body), 0), (1, fifth, 0)]
    table = b"".join(kind.to_bytes(1) + place.to_bytes(4) + last.to_bytes(1) for kind, place, last in entries)
    xref = b"4 0 obj\n<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>\nstream\n" % len(table)
    return body + xref + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(body)


def test_a_pdf_that_unpacks_to_gigabytes_is_broken() -> None:
    assert inspect(padded(1)).pages == 1
    bomb = padded(1024)
    assert len(bomb) < 2 * 1024**2
    assert refusal_of(bomb) is Reason.BROKEN


def test_every_refusal_says_what_to_do() -> None:
    messages = {reason: str(UploadError(reason).message) for reason in Reason}
    assert all(message.endswith("ください。") for message in messages.values())
    assert "10MB" in messages[Reason.BYTES]
    assert "4000万画素" in messages[Reason.PIXELS]
    assert "16000画素" in messages[Reason.PIXELS]
    assert "JPEG" in messages[Reason.HEIF]
    assert "50ページ" in messages[Reason.PAGES]


STARTS = [b"", picture("PNG")[:40], picture("JPEG")[:100]]


@settings(deadline=None, max_examples=15)
@given(st.sampled_from(STARTS), st.binary(max_size=200))
def test_random_bytes_are_refused(start: bytes, noise: bytes) -> None:
    with pytest.raises(UploadError):
        inspect(start + noise)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(st.integers(5, 2000), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4))
def test_a_damaged_pdf_is_taken_or_refused(damages: list[tuple[int, bytes]]) -> None:
    damaged = invoice(hide_behind_an_outline)
    for place, noise in damages:
        at = 5 + place % (len(damaged) - 5)
        damaged = damaged[:at] + noise + damaged[at + len(noise) :]
    try:
        found = inspect(damaged)
    except UploadError:
        return
    assert found.content == damaged
