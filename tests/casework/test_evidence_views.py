"""What came with a case, as its examiner sees it."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Account
from casework.models import Case, CaseDocument, CaseSigner
from tests.casework.clerk import file_url, page
from tests.casework.factories import CaseDocumentFactory, CaseFactory
from tests.casework.test_services import put
from tests.conftest import Company, log_in_with

Status = Case.Status


@pytest.fixture
def client(reviewer: Account) -> Client:
    """The clerk's browser."""
    return log_in_with(reviewer)


def test_a_file_is_handed_out_as_a_download_under_our_name(client: Client, submitted: Case) -> None:
    document = submitted.documents.first()
    CaseDocument.objects.filter(pk=document.pk).update(file_name='"><script>.html')
    response = client.get(file_url("staff_document", submitted))
    assert response["Content-Disposition"] == f'attachment; filename="{submitted.receipt_number}-company_register.pdf"'
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert response.content == bytes(document.stored.content)


@pytest.mark.parametrize(("query", "width"), [("", 1000), ("?large", 1413)])
def test_a_page_is_shown_as_a_picture(query: str, width: int, client: Client, submitted: Case) -> None:
    response = client.get(file_url("staff_document_page", submitted) + query)
    assert response["Content-Type"] == "image/png"
    assert "no-store" in response["Cache-Control"]
    assert abs(Image.open(io.BytesIO(response.content)).width - width) <= 1


@pytest.mark.parametrize("name", ["staff_document_page", "staff_document_viewer"])
@pytest.mark.parametrize("number", [0, 2, 10**9])
def test_a_page_that_does_not_exist_is_missing(name: str, number: int, client: Client, submitted: Case) -> None:
    assert client.get(file_url(name, submitted, number)).status_code == 404


def test_a_page_that_cannot_be_drawn_is_missing(client: Client, submitted: Case) -> None:
    broken = CaseDocumentFactory(case=submitted, content=b"%PDF-broken", pages=2)
    for number in (1, 2):
        url = reverse("staff_document_page", args=[submitted.public_id, broken.public_id, number])
        assert client.get(url).status_code == 404


def test_a_document_is_reached_through_its_own_case_only(client: Client, submitted: Case) -> None:
    other = CaseFactory(chamber=submitted.chamber, submitted=True)
    document, signer = other.documents.first(), other.signers.get()
    for name, args in (
        ("staff_document", [document.public_id]),
        ("staff_document_page", [document.public_id, 1]),
        ("staff_document_viewer", [document.public_id, 1]),
        ("staff_specimen", [signer.public_id]),
    ):
        assert client.get(reverse(name, args=[other.public_id, *args])).status_code == 200
        assert client.get(reverse(name, args=[submitted.public_id, *args])).status_code == 404


def test_the_viewer_leads_to_every_page(client: Client, submitted: Case) -> None:
    long = CaseDocumentFactory(case=submitted, pages=3)
    seen = client.get(reverse("staff_document_viewer", args=[submitted.public_id, long.public_id, 2])).content.decode()
    for number in (1, 2, 3):
        assert reverse("staff_document_viewer", args=[submitted.public_id, long.public_id, number]) in seen
    assert reverse("staff_document_page", args=[submitted.public_id, long.public_id, 2]) + "?large" in seen
    assert "続きのページ(全3ページ)" in page(client, submitted)


def test_a_specimen_is_shown_as_it_will_be_printed(client: Client, submitted: Case) -> None:
    response = client.get(file_url("staff_specimen", submitted))
    assert response["Content-Type"] == "image/png"
    assert response.content == bytes(submitted.signers.get().specimen)


def test_a_removal_has_no_specimen(client: Client, change: Case, company: Company) -> None:
    case = put(change, Status.SUBMITTED)
    removal = CaseSigner.objects.create(case=case, removes=company.signer_row)
    assert client.get(reverse("staff_specimen", args=[case.public_id, removal.public_id])).status_code == 404
