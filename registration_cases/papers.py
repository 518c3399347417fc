"""The papers that a company prints from its case, seals or signs, and hands in: 誓約書, 業態内容届, 署名届."""

from typing import Any

from django.utils import timezone

from chambers.models import DatedText
from documents.typesetting import render
from registration_cases.completeness import required_texts, signers_joining
from registration_cases.models import CaseSigner, RegistrationCase
from trade_registration.certificates import chamber_lines
from trade_registration.models import CompanyData

_PLEDGES = {
    DatedText.Kind.PLEDGE_APPLICANT: CompanyData.Type.APPLICANT,
    DatedText.Kind.PLEDGE_AGENT: CompanyData.Type.AGENT,
}


def pledges_of(case: RegistrationCase) -> list[DatedText]:
    """The pledges that the company seals, a sheet each: whoever is applicant and agent seals two."""
    return [text for text in required_texts(case) if text.kind in _PLEDGES]


def pledge(case: RegistrationCase) -> bytes:
    """誓約書, for a case that has something to pledge."""
    sheets = [
        {"kind": str(_PLEDGES[DatedText.Kind(text.kind)].label), "items": text.items} for text in pledges_of(case)
    ]
    return render("pledge", {**_common(case, "誓約書"), "sheets": sheets}, dated=timezone.now())


def profile(case: RegistrationCase) -> bytes:
    """業態内容届"""
    reached = case.registration or case
    data = {
        **_common(case, "業態内容届"),
        "registration_type": case.get_registration_type_display(),
        "legal_form": case.get_legal_form_display(),
        "membership": case.membership,
        "telephone": reached.telephone,
        "line_of_business": case.line_of_business,
        "contact": {
            "department": reached.contact_department,
            "name": reached.contact_name,
            "telephone": reached.telephone,
            "email": case.registration.administrator.email if case.registration else case.contact_email,
        },
    }
    return render("business_profile", data, dated=timezone.now())


def specimen_notification(case: RegistrationCase) -> bytes:
    """署名届, for a case with new signers: each with what was uploaded and a place for the signature by hand."""
    signers = signers_joining(case)
    pictures = {str(signer.public_id): bytes(signer.specimen) for signer in signers if signer.specimen}
    data = {**_common(case, "署名届"), "signers": [_signer(signer) for signer in signers]}
    return render("specimen_notification", data, pictures=pictures, dated=timezone.now())


def _common(case: RegistrationCase, title: str) -> dict[str, Any]:
    """What every paper says. The day is written by hand, by whoever signs; how a registered company is reached is no part of
    its case."""
    reached = case.registration or case
    return {
        "title": title,
        "chamber": chamber_lines(case.chamber),
        "receipt_number": case.envelope.receipt_number,
        "dated": "",
        "company": {
            "name": case.company_name,
            "name_en": case.company_name_en,
            "postal_code": reached.postal_code,
            "address": reached.address,
            "representative_title": case.representative_title,
            "representative_name": case.representative_name,
            "registration_number": case.registration.registration_number if case.registration else "",
        },
    }


def _signer(signer: CaseSigner) -> dict[str, str | None]:
    return {
        "name": signer.name,
        "name_en": signer.name_en,
        "title": "",
        "title_en": signer.title_en,
        "email": signer.email,
        "specimen": str(signer.public_id) if signer.specimen else None,
    }
