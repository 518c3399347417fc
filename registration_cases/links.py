"""The links by which a company without ID reaches its case. Nothing secret is stored: each link is computed from its row."""

import uuid

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from casework.kinds import Reach
from casework.models import Case, CaseQuerySet
from mailing.letters import companys_page
from registration_cases.models import RegistrationCase, RegistrationRequest
from registration_cases.models.case import STATUS_LASTS
from trade_registration.models import TradeRegistration

_NEW = RegistrationCase.Kind.NEW


def link_to_begin(request: RegistrationRequest) -> str:
    """The address that begins the registration; opens once."""
    return settings.ECO_COMPANY_ORIGIN + reverse("open_registration", args=[request.public_id, _proof(request, None)])


def link_to_resume(request: RegistrationRequest, case: Case) -> str:
    """The address that opens one of the mailbox's open cases in another browser; opens once."""
    proof = _proof(request, case.public_id)
    return settings.ECO_COMPANY_ORIGIN + reverse("resume_registration", args=[request.public_id, case.public_id, proof])


def opened_request(public_id: uuid.UUID, proof: str, case_id: uuid.UUID | None = None) -> RegistrationRequest | None:
    """The open request that the link belongs to; None for a used, old or wrong link."""
    request = RegistrationRequest.objects.select_related("chamber").filter(public_id=public_id).first()
    if request is None or not constant_time_compare(proof, _proof(request, case_id)):
        return None
    return request if request.is_open and request.is_resumption == (case_id is not None) else None


def cases_to_resume(request: RegistrationRequest) -> CaseQuerySet:
    """The open new registrations of the mailbox at the chamber."""
    own = Case.objects.filter(kind=_NEW, registration_case__contact_email__iexact=request.email)
    return own.filter(chamber=request.chamber).select_related("registration_case").open()


def link_to_status(case: Case) -> str:
    """The address of the case's page, for the mails that tell how it stands. Good as long as the case is open, and 30 days more."""
    return settings.ECO_COMPANY_ORIGIN + reverse("case_status", args=[case.public_id, _status_proof(case)])


def case_of_link(public_id: uuid.UUID, proof: str) -> Case | None:
    """The case that a status link leads to; None for a wrong or old link."""
    case = reachable().filter(public_id=public_id).first()
    return case if case and constant_time_compare(proof, _status_proof(case)) else None


def reachable() -> CaseQuerySet:
    """The new registrations that a link or a browser that opened one may still reach (one row:
    ``RegistrationCase.opens_by_link``)."""
    now = timezone.now()
    joined = ("registration_case", "chamber", "registration", "held_by")
    new = Case.objects.filter(kind=_NEW).select_related(*joined)
    return new.open() | new.filter(decided_at__gt=now - STATUS_LASTS)


def _proof(request: RegistrationRequest, case_id: uuid.UUID | None) -> str:
    said = f"{request.public_id}|{request.email}|{case_id or ''}"
    return salted_hmac("registration link", said, algorithm="sha256").hexdigest()[:40]


def _status_proof(case: Case) -> str:
    signed = f"{case.public_id}|{case.registration_case.contact_email}"
    return salted_hmac("case status", signed, algorithm="sha256").hexdigest()[:40]


def reach(case: Case) -> Reach:
    """A company without registration reads its mail at its contact's mailbox and its case behind the link, as long as that is
    good, for it may have no password yet; others have an administrator, who logs in."""
    asked, registration = case.registration_case, case.registration
    if registration is None or asked.opens_by_link:
        page = link_to_status(case) if asked.opens_by_link else companys_page("past_case", case.public_id)
        return Reach(asked.contact_email, page, needs_login=not asked.opens_by_link, is_open=asked.opens_by_link)
    return Reach(
        registration.administrator.email,
        companys_page("past_case", case.public_id),
        needs_login=True,
        is_open=registration.status != TradeRegistration.Status.DELETED,
    )
