"""A remark stays with what it asks for, also when the company takes out what it was about."""

import pytest
from django.urls import reverse

from accounts.models import Account
from casework import examination, services
from casework.models import Case, Remark, SupportingDocument
from registration_cases import filling_in
from registration_cases.document_kinds import DocumentKind
from registration_cases.progress import placed_remarks
from tests.casework.conftest import browser_in
from tests.casework.factories import SupportingDocumentFactory

Kind = DocumentKind
SAID = "2ページ目がありません。"


@pytest.fixture
def remarked(submitted: Case, reviewer: Account) -> SupportingDocument:
    """A document of a case that was sent back because of it."""
    document = submitted.documents.get(kind=Kind.COMPANY_REGISTER)
    examination.return_for_correction(submitted, {document.target: SAID}, by=reviewer)
    return document


def test_a_remark_on_a_document_that_is_taken_out_stays_with_its_kind(remarked: SupportingDocument) -> None:
    case = remarked.case
    services.drop_document(remarked, by=None)
    [remark] = placed_remarks(Case.objects.get(pk=case.pk))
    assert (remark.label, remark.text) == ("履歴事項全部証明書", SAID)
    assert remark.url == f"{reverse('case_documents')}#wanted-company_register"
    page = browser_in(case).get(reverse("case_documents")).content.decode()
    assert page.count(SAID) == 1
    assert 'id="wanted-company_register"' in page


def test_it_stays_when_the_document_is_replaced_until_the_case_is_sent_again(remarked: SupportingDocument) -> None:
    case = remarked.case
    services.drop_document(remarked, by=None)
    SupportingDocumentFactory(case=case, kind=Kind.COMPANY_REGISTER)
    client = browser_in(case)
    assert SAID in client.get(reverse("case_documents")).content.decode()
    assert SAID in client.get(reverse("case")).content.decode()
    services.submit(case, by=None)
    assert not Remark.objects.filter(case=case, answered_at__isnull=True).exists()


def test_a_document_that_was_not_asked_for_keeps_its_remark_too(submitted: Case, reviewer: Account) -> None:
    document = SupportingDocumentFactory(case=submitted, kind=Kind.OTHER, issued_on=None)
    examination.return_for_correction(submitted, {document.target: SAID}, by=reviewer)
    services.drop_document(document, by=None)
    page = browser_in(submitted).get(reverse("case_documents")).content.decode()
    assert page.count(SAID) == 1
    assert "その他の資料" in page


def test_other_documents_remarks_stay_where_they_are(remarked: SupportingDocument, reviewer: Account) -> None:
    services.drop_document(remarked.case.documents.get(kind=Kind.SEAL_CERTIFICATE), by=None)
    assert Remark.objects.get(case=remarked.case).target == remarked.target


def test_a_remark_on_a_signer_who_is_taken_out_keeps_the_name(submitted: Case, reviewer: Account) -> None:
    signer = submitted.registration_case.signers.get()
    examination.return_for_correction(submitted, {signer.target: "署名がかすれています。"}, by=reviewer)
    filling_in.drop_signer(signer, by=None)
    [remark] = placed_remarks(Case.objects.get(pk=submitted.pk))
    assert remark.label == "取り消された署名者 越後 太郎"
