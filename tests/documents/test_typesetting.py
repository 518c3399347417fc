import io
import multiprocessing
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pikepdf
import pytest

from documents import typesetting
from documents.typesetting import RenderingError, render
from tests.documents.papers import NOON, REGISTRATION, SIGNER, signers, specimen, squeezed
from tests.support.pdf import pages_of

HOSTILE = [
    '#read("/etc/passwd")',
    '#panic("x")',
    '#image("/etc/hostname")',
    "*b* _i_ `c`",
    "$x$",
    "= Title",
    "- 1. + list",
    "// comment /* */",
    "\\ \\u{41} @ref <label>",
    "{{7*7}} {% now %}",
    "<b>bold</b>&amp;",
    "\"quoted\" 'single'",
    "../../etc/passwd",
    "[7. x]",
]


def registration(**changes: object) -> bytes:
    return render("registration_certificate", {**REGISTRATION, **changes}, dated=NOON)


@pytest.fixture
def a_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A template named ``trial`` for the test to write."""
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path)
    return tmp_path / "trial.typ"


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_text_from_people_is_printed_as_it_was_typed(text: str) -> None:
    (page,) = pages_of(registration(company_name_en=text))
    assert squeezed(text) in page


def test_the_same_input_gives_the_same_bytes() -> None:
    assert registration() == registration()


def test_the_document_bears_the_time_that_was_given() -> None:
    tokyo = timezone(timedelta(hours=9))
    morning = render("registration_certificate", REGISTRATION, dated=datetime(2024, 11, 14, 8, 30, tzinfo=tokyo))
    with pikepdf.open(io.BytesIO(morning)) as pdf:
        assert str(pdf.docinfo["/CreationDate"]) == "D:20241113233000Z"


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        render("registration_certificate", REGISTRATION, dated=datetime(2024, 11, 14))  # noqa: DTZ001


@pytest.mark.parametrize("character", ["ก", "😀", "\u202e", "\u200b", "\x07", "\t", "\ue000", "\ud800", "\xa0"])
def test_a_character_that_cannot_be_printed_stops_the_paper_and_is_named(character: str) -> None:
    with pytest.raises(RenderingError, match=f"U\\+{ord(character):04X}"):
        registration(company_name=f"東京{character}港")


def test_an_unprintable_character_is_found_in_a_nested_text() -> None:
    with pytest.raises(RenderingError, match=r"U\+0E01"):
        render("signer_certificate", signers({**SIGNER, "specimen": None, "name": "ก"}), dated=NOON)


def test_a_missing_glyph_stops_the_paper_even_if_the_check_before_let_it_through(a_template: Path) -> None:
    a_template.write_text('#set document(title: "t")\n#set text(lang: "ja", font: "Noto Sans CJK JP")\nก')
    with pytest.raises(RenderingError, match="could not be displayed"):
        render("trial", {}, dated=NOON)


def test_a_missing_font_stops_the_paper(a_template: Path) -> None:
    a_template.write_text('#set document(title: "t")\n#set text(font: ("Nobody\'s Face", "Noto Sans CJK JP"))\nx')
    with pytest.raises(RenderingError, match="unknown font family"):
        render("trial", {}, dated=NOON)


def test_fonts_that_are_not_installed_stop_the_paper(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(typesetting, "FOLDERS", (tmp_path,))
    typesetting._fonts.cache_clear()
    try:
        with pytest.raises(RenderingError, match="Noto Sans CJK JP"):
            registration()
    finally:
        typesetting._fonts.cache_clear()


@pytest.mark.parametrize("name", ["", "nothing", "lib", "../pdf/lib", "/etc/passwd", "registration_certificate.typ"])
def test_an_unknown_template_is_refused(name: str) -> None:
    with pytest.raises(RenderingError, match="no template"):
        render(name, {}, dated=NOON)


def test_missing_data_stops_the_paper() -> None:
    without = {key: value for key, value in REGISTRATION.items() if key != "company_name"}
    with pytest.raises(RenderingError, match="company_name"):
        render("registration_certificate", without, dated=NOON)


@pytest.mark.parametrize("value", [NOON, {"a", "b"}, float("nan"), b"x"])
def test_data_that_is_not_json_is_refused(value: object) -> None:
    with pytest.raises(RenderingError, match="not JSON"):
        registration(company_name=value)


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param("/etc/hostname", id="a path"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"/etc/hostname", id="a path as bytes"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(50), id="not a picture"),
        pytest.param(specimen()[:-60], id="cut off"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="SVG"),
    ],
)
def test_only_a_whole_png_file_in_memory_is_a_picture(picture: bytes) -> None:
    with pytest.raises(RenderingError, match="picture"):
        render("signer_certificate", signers(SIGNER), pictures={"taro": picture}, dated=NOON)


def test_a_picture_of_more_than_10_megapixels_is_refused() -> None:
    with pytest.raises(RenderingError, match="10 megapixels"):
        render("signer_certificate", signers(SIGNER), pictures={"taro": specimen(4000, 2501)}, dated=NOON)


@pytest.mark.parametrize("name", ["/etc/hostname", "data.json", "../taro", "main.typ", "太郎"])
def test_a_pictures_name_is_never_a_path(name: str) -> None:
    person = {**SIGNER, "specimen": name}
    with pytest.raises(RenderingError):
        render("signer_certificate", signers(person), dated=NOON)
    assert len(pages_of(render("signer_certificate", signers(person), pictures={name: specimen()}, dated=NOON))) == 1


def test_a_process_forked_after_a_compile_gets_an_error_instead_of_waiting_for_ever() -> None:
    registration()
    fork = multiprocessing.get_context("fork")
    answer = fork.SimpleQueue()
    child = fork.Process(target=_answer, args=(answer,))
    child.start()
    child.join(30)
    if child.is_alive():
        child.kill()
        pytest.fail("the child hangs")
    assert "forked" in answer.get()


def _answer(queue: "multiprocessing.queues.SimpleQueue[str]") -> None:
    try:
        registration()
    except RenderingError as error:
        queue.put(str(error))
    else:
        queue.put("compiled")


def test_typesetting_needs_no_django() -> None:
    probe = "import sys, documents.typesetting; sys.exit('django' in sys.modules)"
    root = Path(typesetting.__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", probe], cwd=root, check=False).returncode == 0
