"""The clerks' pages of a case, as the tests open them."""

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from casework.models import Case

# What each verb is sent, by name.
VERBS: dict[str, dict[str, str]] = {
    "return_case": {"remark-field-company_name": "登記と違います。"},
    "approve_case": {"confirm": "1"},
    "reject_case": {"reason": "登録要件を満たしません。"},
}
POSTS = ("leave_case_desk", "release_case", "write_note", "write_to_company", "tick_case")
FILES = ("staff_document", "staff_document_page", "staff_document_viewer", "staff_specimen")


def page(client: Client, case: Case, name: str = "staff_case") -> str:
    """The page, which opens."""
    response = client.get(reverse(name, args=[case.public_id]))
    assert response.status_code == 200
    return response.content.decode()


def send(client: Client, case: Case, name: str, **typed: object) -> HttpResponse:
    return client.post(reverse(name, args=[case.public_id]), typed)


def file_url(name: str, case: Case, number: int = 1) -> str:
    """The address of the case's first document, of a page of it, or of its first signer's specimen."""
    match name:
        case "staff_specimen":
            return reverse(name, args=[case.public_id, case.registration_case.signers.first().public_id])
        case "staff_document":
            return reverse(name, args=[case.public_id, case.documents.first().public_id])
    return reverse(name, args=[case.public_id, case.documents.first().public_id, number])


def status_of(case: Case) -> str:
    return Case.objects.values_list("status", flat=True).get(pk=case.pk)
