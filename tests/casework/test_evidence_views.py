"""What came with a case, as its examiner sees it."""

import datetime as dt
import io
from pathlib import Path
from threading import BoundedSemaphore

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Account
from casework import services
from casework.models import Case, DocumentContent, PagePicture, SupportingDocument
from documents import apart
from registration_cases.document_kinds import DocumentKind
from registration_cases.models import CaseSigner
from tests.casework.clerk import file_url, page
from tests.casework.conftest import browser_in
from tests.casework.factories import PDF, CaseFactory, SupportingDocumentFactory
from tests.casework.test_services import put
from tests.conftest import Company, log_in_with, queries_of

Status = Case.Status
FILES = Path(__file__).parents[1] / "files"


@pytest.fixture
def client(reviewer: Account) -> Client:
    """The clerk's browser."""
    return log_in_with(reviewer)


def test_a_file_is_handed_out_as_a_download_under_our_name(client: Client, submitted: Case) -> None:
    document = submitted.documents.first()
    SupportingDocument.objects.filter(pk=document.pk).update(file_name='"><script>.html')
    response = client.get(file_url("staff_document", submitted))
    name = f"{submitted.receipt_number}-company_register-{document.public_id.hex[:8]}.pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert response.content == bytes(document.stored.content)


def test_documents_of_one_kind_are_downloaded_under_different_names(client: Client, submitted: Case) -> None:
    both = [SupportingDocumentFactory(case=submitted, kind=DocumentKind.OTHER) for _ in range(2)]
    urls = [reverse("staff_document", args=[submitted.public_id, document.public_id]) for document in both]
    first, second = (client.get(url)["Content-Disposition"] for url in urls)
    assert first != second
    assert client.get(urls[0])["Content-Disposition"] == first


@pytest.mark.parametrize("name", ["annots.pdf", "bom_before.pdf", "scan16_trns.png"])
def test_a_file_of_a_real_program_goes_from_the_company_to_the_clerk(name: str, client: Client, draft: Case) -> None:
    upload = SimpleUploadedFile(name, (FILES / name).read_bytes())
    answer = browser_in(draft).post(reverse("case_documents"), {"kind": "other", "file": upload})
    assert answer.status_code == 302
    services.submit(draft, by=None)
    document = draft.documents.get(file_name=name)
    drawn = client.get(reverse("staff_document_page", args=[draft.public_id, document.public_id, 1]))
    with Image.open(io.BytesIO(drawn.content)) as picture:
        darkest, lightest = picture.convert("L").getextrema()
    assert (darkest < 60, lightest) == (True, 255)


def test_a_kept_page_costs_four_queries(client: Client, submitted: Case) -> None:
    url = file_url("staff_document_page", submitted)
    client.get(url)
    assert queries_of(client, url) == 4


def test_a_page_is_shown_as_a_picture(client: Client, submitted: Case) -> None:
    response = client.get(file_url("staff_document_page", submitted))
    assert response["Content-Type"] == "image/png"
    assert "no-store" in response["Cache-Control"]
    assert abs(Image.open(io.BytesIO(response.content)).width - 1413) <= 1


def test_a_photograph_is_shown_as_a_photograph(client: Client, submitted: Case) -> None:
    photograph = io.BytesIO()
    Image.merge("RGB", [Image.effect_noise((300, 200), 90) for _ in range(3)]).save(photograph, "JPEG")
    document = SupportingDocumentFactory(case=submitted, content=photograph.getvalue(), content_type="image/jpeg")
    response = client.get(reverse("staff_document_page", args=[submitted.public_id, document.public_id, 1]))
    assert response["Content-Type"] == "image/jpeg"


def test_a_page_is_drawn_once(client: Client, submitted: Case) -> None:
    """The file is damaged in between: whatever drew it anew would fail."""
    url = file_url("staff_document_page", submitted)
    first = client.get(url)
    submitted.documents.first().pictures.get()
    DocumentContent.objects.filter(document__case=submitted).update(content=b"%PDF-broken")
    assert client.get(url).content == first.content
    assert PagePicture.objects.count() == 1


def test_a_page_that_cannot_be_drawn_is_tried_once(client: Client, submitted: Case) -> None:
    document = SupportingDocumentFactory(case=submitted, content=b"%PDF-broken")
    url = reverse("staff_document_page", args=[submitted.public_id, document.public_id, 1])
    assert client.get(url).status_code == 404
    DocumentContent.objects.filter(document=document).update(content=PDF)
    assert client.get(url).status_code == 404
    assert document.pictures.get().seconds > 0


def test_the_pages_of_a_document_may_not_cost_more_than_a_minute_together(client: Client, submitted: Case) -> None:
    """A document is whole, and five of its pages took eleven seconds each: one more is drawn, and no other after it."""
    document = SupportingDocumentFactory(case=submitted, pages=8)
    for number in range(2, 7):
        PagePicture.objects.create(document=document, page=number, seconds=11.5)
    urls = [reverse("staff_document_page", args=[submitted.public_id, document.public_id, page]) for page in (1, 7, 8)]
    assert client.get(urls[0]).status_code == 200
    document.pictures.filter(page=1).update(seconds=2.5)
    for url in urls[1:]:
        assert client.get(url).status_code == 404
    assert list(document.pictures.filter(page__gt=6).values_list("seconds", flat=True)) == [0, 0]


def test_a_page_that_is_being_drawn_is_not_drawn_twice(client: Client, submitted: Case) -> None:
    picture = PagePicture.objects.create(document=submitted.documents.first(), page=1)
    response = client.get(file_url("staff_document_page", submitted))
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    picture.refresh_from_db()
    assert picture.content is None


def test_a_page_whose_drawing_was_left_is_drawn_by_the_next(client: Client, submitted: Case) -> None:
    left = timezone.now() - dt.timedelta(minutes=3)
    picture = PagePicture.objects.create(document=submitted.documents.first(), page=1, begun_at=left)
    assert client.get(file_url("staff_document_page", submitted)).status_code == 200
    picture.refresh_from_db()
    assert picture.content
    assert picture.begun_at > left


def test_a_page_that_finds_no_place_is_drawn_later(
    client: Client, submitted: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_PATIENCE", 0.01)
    monkeypatch.setattr(apart, "_places", BoundedSemaphore(1))
    url = file_url("staff_document_page", submitted)
    with apart._a_place():
        assert client.get(url).status_code == 503
    assert client.get(url).status_code == 200


def test_pictures_go_with_their_document(client: Client, submitted: Case) -> None:
    client.get(file_url("staff_document_page", submitted))
    submitted.documents.first().delete()
    assert not PagePicture.objects.exists()


@pytest.mark.parametrize("name", ["staff_document_page", "staff_document_viewer"])
@pytest.mark.parametrize("number", [0, 2, 10**9])
def test_a_page_that_does_not_exist_is_missing(name: str, number: int, client: Client, submitted: Case) -> None:
    assert client.get(file_url(name, submitted, number)).status_code == 404


def test_a_page_that_cannot_be_drawn_is_missing(client: Client, submitted: Case) -> None:
    broken = SupportingDocumentFactory(case=submitted, content=b"%PDF-broken", pages=2)
    for number in (1, 2):
        url = reverse("staff_document_page", args=[submitted.public_id, broken.public_id, number])
        assert client.get(url).status_code == 404


def test_a_document_is_reached_through_its_own_case_only(client: Client, submitted: Case) -> None:
    other = CaseFactory(chamber=submitted.chamber, submitted=True)
    document, signer = other.documents.first(), other.registration_case.signers.get()
    for name, args in (
        ("staff_document", [document.public_id]),
        ("staff_document_page", [document.public_id, 1]),
        ("staff_document_viewer", [document.public_id, 1]),
        ("staff_specimen", [signer.public_id]),
    ):
        assert client.get(reverse(name, args=[other.public_id, *args])).status_code == 200
        assert client.get(reverse(name, args=[submitted.public_id, *args])).status_code == 404


def test_the_viewer_leads_to_every_page(client: Client, submitted: Case) -> None:
    long = SupportingDocumentFactory(case=submitted, pages=3)
    seen = client.get(reverse("staff_document_viewer", args=[submitted.public_id, long.public_id, 2])).content.decode()
    for number in (1, 2, 3):
        assert reverse("staff_document_viewer", args=[submitted.public_id, long.public_id, number]) in seen
    assert reverse("staff_document_page", args=[submitted.public_id, long.public_id, 2]) in seen
    assert "続きのページ(全3ページ)" in page(client, submitted)


def test_a_specimen_is_shown_as_it_will_be_printed(client: Client, submitted: Case) -> None:
    response = client.get(file_url("staff_specimen", submitted))
    assert response["Content-Type"] == "image/png"
    assert response.content == bytes(submitted.registration_case.signers.get().specimen)


def test_a_removal_has_no_specimen(client: Client, change: Case, company: Company) -> None:
    case = put(change, Status.SUBMITTED)
    removal = CaseSigner.objects.create(case=case.registration_case, removes=company.signer_row)
    assert client.get(reverse("staff_specimen", args=[case.public_id, removal.public_id])).status_code == 404
