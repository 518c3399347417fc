"""署名登録証: one page a signer, with the password on the day of its first output."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from accounts import initial_passwords
from documents.typesetting import render
from signers.models import Signer
from trade_registration.certificates import chamber_lines
from trade_registration.models import TradeRegistration


def signer_certificates(registration: TradeRegistration, signers: Sequence[Signer]) -> bytes:
    """The PDF for these signers, each of whom has an initial password. Raises RenderingError rather than print wrongly."""
    return render(
        "signer_certificate", data_of(registration, signers), pictures=specimens(signers), dated=timezone.now()
    )


def data_of(registration: TradeRegistration, signers: Sequence[Signer]) -> dict[str, Any]:
    """What the certificates say, passwords included."""
    passwords = initial_passwords.printable(signer.account for signer in signers)
    return {
        "title": "署名登録証",
        "chamber": chamber_lines(registration.chamber),
        "registration_number": registration.registration_number,
        "valid_until": date_format(registration.valid_until),
        "company_name": registration.company_name,
        "signers": [_page(signer, passwords[signer.account_id]) for signer in signers],
    }


def specimens(signers: Sequence[Signer]) -> dict[str, bytes]:
    """The specimen signatures, by the names that the data give them."""
    return {_picture_name(signer): bytes(signer.specimen) for signer in signers if signer.specimen}


def _page(signer: Signer, password: str) -> dict[str, str | None]:
    return {
        "issued_on": date_format(signer.issued_on) if signer.issued_on else "",
        "name": signer.account.name,
        "name_en": signer.name_en,
        "title_en": signer.title_en,
        "email": signer.account.email,
        "user_id": signer.account.login_id,
        "password": password,
        "specimen": _picture_name(signer) if signer.specimen else None,
    }


def _picture_name(signer: Signer) -> str:
    return f"specimen-{signer.pk}"
