"""貿易登録証: the company's certificate with the administrator's ID."""

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from accounts import initial_passwords
from accounts.models import Account
from chambers.models import Chamber
from documents.typesetting import render
from trade_registration.models import TradeRegistration


def registration_certificate(registration: TradeRegistration, administrator: Account) -> bytes:
    """The PDF as it may be printed now. Raises RenderingError rather than print wrongly."""
    issued_on = registration.certificate_issued_on
    stored = registration.chamber.seal
    seal = bytes(stored) if stored else None
    data = {
        "title": "貿易登録証",
        "chamber": chamber_lines(registration.chamber),
        "addressee": {
            "postal_code": registration.postal_code,
            "address": registration.address,
            "company": registration.company_name,
        },
        "issued_on": date_format(issued_on) if issued_on else "",
        "registration_number": registration.registration_number,
        "membership": registration.membership,
        "registration_type": registration.get_registration_type_display(),
        "valid_until": date_format(registration.valid_until),
        "company_name": registration.company_name,
        "company_name_en": registration.company_name_en,
        "address_en": registration.address_en,
        "administrator_id": administrator.login_id,
        "initial_password": initial_passwords.printable([administrator])[administrator.pk],
        "portal_url": settings.ECO_COMPANY_ORIGIN,
        "seal": "seal" if seal else None,
    }
    return render("registration_certificate", data, pictures={"seal": seal} if seal else None, dated=timezone.now())


def chamber_lines(chamber: Chamber) -> dict[str, str]:
    """The chamber as every certificate names it: code and names come from this one place."""
    return {
        "code": chamber.code,
        "name": chamber.name,
        "name_en": chamber.name_en,
        "postal_code": chamber.postal_code,
        "address": chamber.address,
        "telephone": chamber.telephone,
        "email": chamber.email,
    }
