"""Whatever a company changes in its case is on record, and a verb writes nothing but what it is for."""

from collections.abc import Callable
from typing import Any

import pytest

from audit.models import AuditEntry
from casework import services
from casework.models import Case
from documents.uploads import inspect
from registration_cases import filling_in
from registration_cases.completeness import acceptable, required_texts
from registration_cases.document_kinds import DocumentKind
from tests.casework.factories import SPECIMEN, change_of
from tests.conftest import Company


def add_paper(case: Case) -> object:
    said: dict[str, Any] = {"kind": DocumentKind.OTHER, "issued_on": None, "file_name": "a.png", "by": None}
    return services.add_document(case, inspect(SPECIMEN), **said)


VERBS: dict[str, tuple[Callable[[Case], object], dict[str, Any]]] = {
    "data_saved": (
        lambda case: filling_in.save_company(
            case.registration_case, by=None, company_name="株式会社新", address_en=case.registration_case.address_en
        ),
        {"fields": ["company_name"]},
    ),
    "signer_added": (lambda case: filling_in.add_signer(case.registration_case, by=None, name="追加 花子"), {}),
    "signer_changed": (
        lambda case: filling_in.change_signer(
            case.registration_case.signers.get(), by=None, name_en="Hanako", specimen=SPECIMEN
        ),
        {"fields": ["name_en"]},
    ),
    "signer_dropped": (lambda case: filling_in.drop_signer(case.registration_case.signers.get(), by=None), {}),
    "document_added": (add_paper, {"kind": "other"}),
    "document_dropped": (
        lambda case: services.drop_document(case.documents.get(kind="seal_certificate"), by=None),
        {"kind": "seal_certificate"},
    ),
    "texts_accepted": (
        lambda case: filling_in.accept(case.registration_case, [], of=required_texts(case.registration_case), by=None),
        {"accepted": []},
    ),
}


@pytest.mark.parametrize("action", VERBS)
def test_a_change_of_a_draft_is_on_record(action: str, draft: Case) -> None:
    verb, details = VERBS[action]
    verb(draft)
    entry = AuditEntry.objects.filter(action__startswith="case.").latest("pk")
    assert (entry.action, entry.subject) == (f"case.{action}", f"casework.Case:{draft.pk}")
    assert {**entry.details, **details} == entry.details


def test_a_removal_that_is_asked_for_is_on_record_once_with_who_asked(company: Company) -> None:
    case = change_of(company.registration)
    for _each in range(2):
        filling_in.ask_removal(case.registration_case, company.signer_row, by=company.administrator)
    [entry] = AuditEntry.objects.filter(action="case.signer_removal_asked")
    assert entry.actor == f"accounts.Account:{company.administrator.pk}"


def test_what_is_saved_unchanged_leaves_no_record(draft: Case) -> None:
    before = AuditEntry.objects.count()
    filling_in.save_company(draft.registration_case, by=None, company_name=draft.company_name)
    filling_in.change_signer(
        draft.registration_case.signers.get(), by=None, name=draft.registration_case.signers.get().name
    )
    texts = required_texts(draft.registration_case)
    filling_in.accept(
        draft.registration_case, [(text, item) for text in texts for item in acceptable(text)], of=texts, by=None
    )
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    "field", ["status", "receipt_number", "held_by", "submitted_at", "decided_at", "fee", "contact_email", "telephone"]
)
def test_saving_the_company_writes_no_other_field(field: str, draft: Case) -> None:
    with pytest.raises(TypeError):
        filling_in.save_company(draft.registration_case, by=None, **{field: None})  # type: ignore[misc]
