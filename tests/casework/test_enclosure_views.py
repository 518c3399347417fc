"""A company fills in its case: signers, documents, and the papers to print."""

import io
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from casework.models import Case
from demo.handwriting import draw_signature
from registration_cases import filling_in
from registration_cases.enclosure_forms import file_name_of
from tests.casework.conftest import browser_in
from tests.documents.papers import squeezed
from trade_registration.models import CompanyData

SIGNER = {"name": "越後 太郎", "name_en": "Taro Echigo", "title_en": "", "email": "taro@example.jp"}


@pytest.fixture
def client(draft: Case) -> Client:
    return browser_in(draft)


def picture(*, width: int = 900, form: str = "PNG") -> SimpleUploadedFile:
    """A signature on white paper."""
    signature = Image.open(io.BytesIO(draw_signature("taro"))).resize((width, width // 3))
    paper = Image.new("RGB", (width + 200, width // 3 + 200), (240, 238, 232))
    paper.paste(signature, (100, 100), signature)
    file = io.BytesIO()
    paper.save(file, form)
    return SimpleUploadedFile(f"signature.{form.lower()}", file.getvalue())


@pytest.fixture(scope="session")
def paper() -> bytes:
    """A harmless PDF of one page."""
    file = io.BytesIO()
    Image.new("RGB", (400, 400), "white").save(file, "PDF")
    return file.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_signers_specimen_is_cleaned_and_shown_as_it_will_be_printed(form: str, empty: Case) -> None:
    client = browser_in(empty)
    response = client.post(reverse("new_case_signer"), {**SIGNER, "specimen": picture(form=form)}, follow=True)
    signer = empty.registration_case.signers.get()
    url = reverse("case_specimen", args=[signer.public_id])
    assert url in response.content.decode()
    shown = client.get(url)
    assert shown["Content-Type"] == "image/png"
    printed = Image.open(io.BytesIO(shown.content))
    assert printed.mode == "RGBA"
    assert printed.getchannel("A").getextrema() == (0, 255)
    assert printed.width <= 900


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (SimpleUploadedFile("a.png", b"hello"), "PNG形式またはJPEG形式"),
        (SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 3_000_000), "壊れていて"),
        (SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 12_000_000), "10MB以内"),
        (
            SimpleUploadedFile("IMG_0001.HEIC", b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + b"0" * 1000),
            "JPEG形式に書き出した",
        ),
        (SimpleUploadedFile("a.png", b""), "空"),
    ],
)
def test_a_wrong_picture_is_refused_and_what_was_typed_stays(
    upload: SimpleUploadedFile, said: str, empty: Case
) -> None:
    upload.seek(0)
    response = browser_in(empty).post(reverse("new_case_signer"), {**SIGNER, "specimen": upload})
    form = response.context["form"]
    assert list(form.errors) == ["specimen"]
    assert said in form.errors["specimen"][0]
    assert all(form[name].value() == value for name, value in SIGNER.items())
    assert "ファイルは、もう一度選択してください" in response.content.decode()
    assert not empty.registration_case.signers.exists()


def test_a_signer_may_be_left_unfinished_but_not_empty(empty: Case) -> None:
    client = browser_in(empty)
    assert "何も入力されていません" in client.post(reverse("new_case_signer"), {"later": "1"}).content.decode()
    client.post(reverse("new_case_signer"), {"name": "越後 太郎", "later": "1"})
    signer = empty.registration_case.signers.get()
    form = client.get(reverse("case_signer", args=[signer.public_id])).context["form"]
    assert list(form.errors) == ["name_en", "email", "specimen"]


def test_the_specimen_stays_when_no_other_is_chosen(draft: Case) -> None:
    signer = draft.registration_case.signers.get()
    before = bytes(signer.specimen)
    response = browser_in(draft).post(reverse("case_signer", args=[signer.public_id]), {**SIGNER, "name": "越後 次郎"})
    assert response.status_code == 302
    signer.refresh_from_db()
    assert (signer.name, bytes(signer.specimen)) == ("越後 次郎", before)


def test_a_signer_is_taken_back(draft: Case, client: Client) -> None:
    signer = draft.registration_case.signers.get()
    asked = client.get(reverse("drop_case_signer", args=[signer.public_id])).content.decode()
    assert signer.name in asked
    assert "元に戻すことはできません。" in asked
    assert draft.registration_case.signers.exists()
    client.post(reverse("drop_case_signer", args=[signer.public_id]))
    assert not draft.registration_case.signers.exists()


def document(paper: bytes, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "company_register",
        "issued_on": timezone.localdate().isoformat(),
        "file": SimpleUploadedFile("登記.pdf", paper),
        **changes,
    }


def test_a_document_is_attached_listed_and_handed_out_as_a_download(empty: Case, paper: bytes) -> None:
    client = browser_in(empty)
    page = client.post(reverse("case_documents"), document(paper), follow=True).content.decode()
    row = empty.documents.get()
    assert (row.kind, row.file_name, row.pages, row.issued_on) == (
        "company_register",
        "登記.pdf",
        1,
        timezone.localdate(),
    )
    url = reverse("case_document", args=[row.public_id])
    assert url in page
    handed = client.get(url)
    assert handed.content == paper
    assert handed["Content-Disposition"].startswith("attachment")
    assert handed["X-Content-Type-Options"] == "nosniff"
    assert handed["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "poem"}, "kind"),
        ({"issued_on": ""}, "issued_on"),
        ({"issued_on": "昨日"}, "issued_on"),
        ({"issued_on": "2020-01-01"}, "issued_on"),
        ({"issued_on": "2999-01-01"}, "issued_on"),
        ({"file": ""}, "file"),
        ({"file": SimpleUploadedFile("a.pdf", b"hello")}, "file"),
        ({"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7\n" + b"0" * (10 * 1024 * 1024))}, "file"),
        ({"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7\n" + b"0" * (16 * 1024 * 1024))}, "file"),
    ],
)
def test_a_wrong_document_is_refused_at_its_field(
    changes: dict[str, Any], field: str, empty: Case, paper: bytes
) -> None:
    typed = document(paper, **changes)
    for value in typed.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    response = browser_in(empty).post(reverse("case_documents"), typed)
    assert response.status_code == 200
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert form["issued_on"].value() == typed["issued_on"]
    assert not empty.documents.exists()


def test_a_file_that_is_too_large_is_told_apart_from_a_broken_one(empty: Case, paper: bytes) -> None:
    large = SimpleUploadedFile("a.pdf", b"%PDF-1.7\n" + b"0" * (11 * 1024 * 1024))
    page = browser_in(empty).post(reverse("case_documents"), document(paper, file=large)).content.decode()
    assert "10MB以内" in page


def test_the_date_matters_only_where_a_paper_ages(empty: Case, paper: bytes) -> None:
    client = browser_in(empty)
    client.post(reverse("case_documents"), document(paper, kind="other", issued_on="2020-01-01"))
    assert empty.documents.get().issued_on is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("登記.pdf", "登記.pdf"),
        ("C:\\scan\\登記.PDF", "登記.PDF"),
        ("../../etc/passwd", "passwd.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("", "document.pdf"),
        ("あ" * 300 + ".pdf", "あ" * 116 + ".pdf"),
        ("か\u3099.pdf", "が.pdf"),
    ],
)
def test_file_names_are_shown_without_folders_and_tricks(name: str, shown: str) -> None:
    assert file_name_of(name, "pdf") == shown


def test_a_document_is_taken_back(draft: Case, client: Client) -> None:
    row = draft.documents.first()
    asked = client.get(reverse("drop_case_document", args=[row.public_id])).content.decode()
    assert row.file_name in asked
    assert draft.documents.filter(pk=row.pk).exists()
    client.post(reverse("drop_case_document", args=[row.public_id]))
    assert not draft.documents.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pledge_paper", ("誓約書", "株式会社越後物産", "越後 一郎", "すべて真実かつ正確です")),
        ("profile_paper", ("業態内容届", "米菓の製造および輸出", "物産 花子", "025-000-0000", "会員")),
        ("signers_paper", ("署名届", "越後 太郎", "Taro Echigo", "Manager")),
    ],
)
def test_the_papers_come_filled_in(name: str, said: tuple[str, ...], client: Client, draft: Case) -> None:
    response = client.get(reverse(name))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline")
    pages = pypdfium2.PdfDocument(io.BytesIO(response.content))
    text = squeezed("".join(page.get_textpage().get_text_bounded() for page in pages))
    for each in (*said, draft.chamber.name):
        assert squeezed(each) in text, each


def test_the_profile_can_be_printed_before_anything_is_typed(empty: Case) -> None:
    client = browser_in(empty)
    assert client.get(reverse("profile_paper")).status_code == 200
    filling_in.save_company(empty.registration_case, by=None, registration_type=CompanyData.Type.APPLICANT)
    assert client.get(reverse("pledge_paper")).status_code == 200
    assert client.get(reverse("signers_paper")).status_code == 404
