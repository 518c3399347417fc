"""Files made to harm: each is tried wherever a stranger may send it. None may cost the web process anything, or the machine
more than the confined process may have."""

import ast
import io
import resource
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from documents import apart
from documents.picture_process import REFUSED
from documents.specimens import SpecimenError, clean, clean_seal
from documents.uploads import UploadError, inspect
from tests.documents.test_page_pictures import endless

ROOT = Path(apart.__file__).parent.parent


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 0) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IEND", b"")


def zeros(megabytes: int) -> bytes:
    """Packed: one block, which stands for a megabyte, again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1024**2)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = (megabytes * 1024**2 % 65521) << 16 | 1
    return b"\x78\xda" + block * megabytes + packer.flush() + struct.pack(">I", checksum)


def one_column() -> bytes:
    """39,000,000 pixels in 76 KB, one below the other: each row costs memory of its own."""
    return png(1, 39_000_000, chunk(b"IDAT", zeros(75)))


def one_row() -> bytes:
    return png(39_000_000, 1, chunk(b"IDAT", zeros(38)))


def a_flood() -> bytes:
    return png(100_000, 100_000, chunk(b"IDAT", b""), colour=2)


def small_outside_and_large_inside() -> bytes:
    """A picture of 100 pixels, whose data unpack to a gigabyte."""
    return png(10, 10, chunk(b"IDAT", zeros(1024)))


def a_large_profile() -> bytes:
    return png(10, 10, chunk(b"iCCP", b"x\0\0" + zeros(1024)), chunk(b"IDAT", zlib.compress(bytes(110))))


def a_large_text() -> bytes:
    return png(10, 10, chunk(b"zTXt", b"x\0\0" + zeros(1024)), chunk(b"IDAT", zlib.compress(bytes(110))))


def a_million_chunks() -> bytes:
    return png(10, 10, chunk(b"teSt", b"") * 800_000, chunk(b"IDAT", zlib.compress(bytes(110))))


def as_large_as_allowed() -> bytes:
    """40 megapixels of 16 bits in four channels: what a picture may be, and costs the most."""
    return png(8000, 5000, chunk(b"IDAT", zeros(306)), depth=16, colour=6)


def a_jpeg_of_its_largest_size() -> bytes:
    whole = io.BytesIO()
    Image.new("L", (16, 16)).save(whole, "JPEG")
    start = whole.getvalue().index(b"\xff\xc0") + 5
    return whole.getvalue()[:start] + b"\xff\xdc\xff\xdc" + whole.getvalue()[start + 4 :]


def a_jpeg_of_endless_scans() -> bytes:
    whole = io.BytesIO()
    Image.effect_noise((100, 100), 50).save(whole, "JPEG", progressive=True)
    head, *scans = whole.getvalue().split(b"\xff\xda")
    return b"\xff\xda".join([head, *scans[:-1], *[min(scans, key=len)] * 100_000, scans[-1]])


def a_jpeg_that_never_ends() -> bytes:
    return b"\xff\xd8" + b"\xff" * 5_000_000


def a_large_jpeg_of_many_scans() -> bytes:
    whole = io.BytesIO()
    Image.new("CMYK", (8000, 5000)).save(whole, "JPEG", progressive=True)
    return whole.getvalue()


PICTURES: list[Callable[[], bytes]] = [
    one_column,
    one_row,
    a_flood,
    small_outside_and_large_inside,
    a_large_profile,
    a_large_text,
    a_million_chunks,
    as_large_as_allowed,
    a_jpeg_of_its_largest_size,
    a_jpeg_of_endless_scans,
    a_jpeg_that_never_ends,
    a_large_jpeg_of_many_scans,
]

_PROBE = """
import resource, sys
from documents import apart
answer = apart.run(*sys.argv[2:], content=open(sys.argv[1], "rb").read(), longest_answer=1 << 26)
print(answer.code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def cost_of(content: bytes, folder: Path, *program: str) -> tuple[int, int]:
    """The program's exit code, and the most memory that it took: asked by a process so small that its own counts for nothing."""
    (folder / "upload").write_bytes(content)
    command = [sys.executable, "-c", _PROBE, str(folder / "upload"), *program]
    code, memory = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split()
    return int(code), int(memory)


@pytest.mark.parametrize("attack", PICTURES)
@pytest.mark.parametrize("task", ["document", "signature"])
def test_no_picture_takes_more_memory_than_it_is_given(attack: Callable[[], bytes], task: str, tmp_path: Path) -> None:
    """12 pictures, each as a document and as a signature: 24 tries, none of which succeeds."""
    upload = attack()
    assert len(upload) < 10 * 1024**2
    _, memory = cost_of(upload, tmp_path, "documents.picture_process", task)
    assert memory <= apart.MEMORY


def test_one_column_of_pixels_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    code, memory = cost_of(one_column(), tmp_path, "documents.picture_process", "document")
    assert code == REFUSED
    assert memory < 100 * 1024**2


def tree_without_end() -> bytes:
    """Pages that are their own grandparents."""
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        inner = pdf.make_indirect(Dictionary(Type=Name.Pages, Count=10**9, Kids=Array()))
        inner.Kids.append(inner)
        pdf.Root.Pages.Kids.append(inner)
        pdf.save(content)
    return content.getvalue()


def nested() -> bytes:
    """A hundred thousand arrays, one in the other."""
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/X " + b"[" * 100_000 + b"]" * 100_000 + b">>endobj\n"
    table = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer<</Size 2/Root 1 0 R>>\n"
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)


def unpacks_to_a_gigabyte() -> bytes:
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        page.Contents = pikepdf.Stream(pdf, b"")
        page.Contents.write(zeros(1024), filter=Name.FlateDecode)
        pdf.save(content, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return content.getvalue()


def a_picture_of_a_gigabyte() -> bytes:
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        drawn = Dictionary(
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=32_000,
            Height=32_000,
            BitsPerComponent=8,
            ColorSpace=Name.DeviceGray,
        )
        image = pikepdf.Stream(pdf, b"", drawn)
        image.write(zeros(1024), filter=Name.FlateDecode)
        page.Resources = Dictionary(XObject=Dictionary(I=image))
        page.Contents = pdf.make_stream(b"500 0 0 500 0 0 cm /I Do")
        pdf.save(content, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return content.getvalue()


PDFS: list[Callable[[], bytes]] = [endless, tree_without_end, nested, unpacks_to_a_gigabyte, a_picture_of_a_gigabyte]
PROGRAMS = {
    "inspection": ("documents.pdf_inspection_process",),
    "drawing": ("documents.page_pictures_process", "0", "1600", "2000"),
}


@pytest.mark.parametrize("attack", PDFS)
@pytest.mark.parametrize("program", PROGRAMS)
def test_no_pdf_takes_more_memory_than_it_is_given(attack: Callable[[], bytes], program: str, tmp_path: Path) -> None:
    """5 PDFs, each looked into and drawn: 10 tries, none of which succeeds."""
    _, memory = cost_of(attack(), tmp_path, *PROGRAMS[program])
    assert memory <= apart.MEMORY


@pytest.mark.parametrize("attack", [*PICTURES, *PDFS])
def test_whatever_is_sent_is_taken_or_refused_in_words(attack: Callable[[], bytes]) -> None:
    """17 files in 3 places: 51 tries, each of which ends with a document that can be kept, or with a sentence."""
    upload = attack()
    for said in (outcome(verb, upload) for verb in (inspect, clean, clean_seal)):
        assert said == "taken" or said.endswith("ください。")


def outcome(verb: Callable[[bytes], object], upload: bytes) -> str:
    """What its owner reads; "taken" where something is kept."""
    try:
        verb(upload)
    except (UploadError, SpecimenError) as refused:
        return str(refused.message)
    return "taken"


def test_the_web_process_decodes_nothing_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own decoder is taken away, and everything still works."""
    photograph, paper = io.BytesIO(), io.BytesIO()
    Image.new("L", (800, 400), 255).save(photograph, "JPEG")
    Image.new("RGB", (9, 9)).save(paper, "PDF")

    def stolen(*args: object, **kwargs: object) -> None:
        raise AssertionError("decoded in the web process")

    monkeypatch.setattr(Image, "open", stolen)
    assert inspect(photograph.getvalue()).content_type == "image/jpeg"
    assert inspect(paper.getvalue()).pages == 1
    for verb in (clean, clean_seal):
        with pytest.raises(SpecimenError):
            verb(photograph.getvalue())


# Who may name a decoder: what runs apart, and what reads our own pictures again.
_DECODERS = {"pikepdf", "pypdfium2"}
_APART = {"notes.py", "page_pictures_process.py", "pdf_inspection_process.py"}
_OPENS = {"pictures.py", "typesetting.py"}


def product() -> Iterator[tuple[Path, ast.Module]]:
    for path in ROOT.glob("*/**/*.py"):
        if not {".venv", "tests", "benchmarks", "demo", "devtools", "var"} & set(path.relative_to(ROOT).parts):
            yield path, ast.parse(path.read_text())


def test_no_other_file_names_a_decoder() -> None:
    found = set()
    for path, tree in product():
        for node in ast.walk(tree):
            names = {name.name for name in node.names} if isinstance(node, ast.Import) else set()
            if isinstance(node, ast.ImportFrom):
                names = {node.module or ""}
            if {name.split(".")[0] for name in names} & _DECODERS:
                found.add(path.name)
            if isinstance(node, ast.Attribute) and ast.unparse(node) == "Image.open":
                found.add(path.name)
    assert found == _APART | _OPENS


def test_the_limits_are_those_of_the_process_and_cannot_be_raised_again() -> None:
    probe = (
        "import resource; from documents import apart; apart.confine();"
        "print([resource.getrlimit(each) for each in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)])"
    )
    said = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    assert ast.literal_eval(said) == [(apart.MEMORY,) * 2, (apart.PROCESSOR_SECONDS,) * 2, (0, 0)]
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != apart.MEMORY
