"""How a company begins a case about its registration, and comes back to it."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Account
from audit.services import record
from casework.models import Case
from chambers.models import Chamber, DatedText
from foundation.errors import WrongStatus
from mailing.refusals import is_refused
from mailing.services import put_in_outbox
from registration_cases.conflicts import Conflict
from registration_cases.links import cases_to_resume
from registration_cases.models import REGISTRATION_KINDS, AcceptedText, RegistrationCase, RegistrationRequest
from trade_registration.models import CompanyData, TradeRegistration
from trade_registration.services import locked as locked_registration


@transaction.atomic
def request_link(chamber: Chamber, *, email: str, rules: Iterable[DatedText]) -> RegistrationRequest:
    """The company has read and accepted the rule sets: a link to begin the registration is mailed."""
    request = RegistrationRequest.objects.create(chamber=chamber, email=email, is_resumption=False)
    request.rules.set(rules)
    put_in_outbox("registration_cases.link", key=str(request.pk), chamber=chamber, request=request.pk)
    record("case.link_requested", chamber=chamber, subject=request)
    return request


def link_asked_for(chamber: Chamber, key: int | None) -> RegistrationRequest | None:
    """The request of which a browser has noted the key; None when it noted none, or one at another chamber."""
    return RegistrationRequest.objects.filter(chamber=chamber, pk=key).first() if key else None


def is_link_refused(request: RegistrationRequest) -> bool:
    """Whether the mail with the link could not be sent."""
    return is_refused("registration_cases.link", request.pk)


@transaction.atomic
def request_resumption(chamber: Chamber, *, email: str) -> None:
    """Links to the mailbox's open registrations are mailed, if there are any: the page does the same work for everybody."""
    request = RegistrationRequest.objects.create(chamber=chamber, email=email, is_resumption=True)
    put_in_outbox("registration_cases.resumption", key=str(request.pk), chamber=chamber, request=request.pk)
    record("case.resumption_requested", chamber=chamber, subject=request)


def create(
    chamber: Chamber,
    kind: RegistrationCase.Kind,
    *,
    contact_email: str,
    registration: TradeRegistration | None = None,
    applicant: Account | None = None,
    **data: Any,
) -> RegistrationCase:
    """A case in its envelope, with what is known of the company (the fields of CompanyData)."""
    envelope = Case.objects.create(chamber=chamber, kind=kind, registration=registration, applicant=applicant)
    case = RegistrationCase(envelope=envelope, contact_email=contact_email, **data)
    case.save(force_insert=True)
    write_names(case)
    return case


def write_names(case: RegistrationCase) -> None:
    """Writes on the envelope what lists and searches know the case by."""
    case.envelope.company_name = case.company_name
    case.envelope.found_by = "\n".join((case.company_name_en, case.contact_name, case.contact_email))
    case.envelope.save(update_fields=("company_name", "found_by"))


@transaction.atomic
def begin(request: RegistrationRequest) -> Case | None:
    """Uses the link: a draft with the rules accepted. None when somebody has just used it."""
    if not _use(request):
        return None
    case = create(request.chamber, RegistrationCase.Kind.NEW, contact_email=request.email)
    AcceptedText.objects.bulk_create(
        AcceptedText(case=case, text=text, accepted_at=request.requested_at) for text in request.rules.all()
    )
    record("case.begun", chamber=case.chamber, subject=case.envelope)
    return case.envelope


@transaction.atomic
def resume(request: RegistrationRequest, case_id: Any) -> Case | None:
    """Uses a link to an open registration. None when somebody has just used it, or the case is no longer open."""
    case = cases_to_resume(request).filter(public_id=case_id).first()
    if case is None or not _use(request):
        return None
    record("case.resumed", chamber=case.chamber, subject=case)
    return case


def _use(request: RegistrationRequest) -> bool:
    unused = RegistrationRequest.objects.filter(pk=request.pk, used_at__isnull=True)
    return bool(unused.update(used_at=timezone.now()))


@transaction.atomic
def start_change(registration: TradeRegistration, *, by: Account) -> Case:
    """A draft with the data in force. Raises WrongStatus while another case is open, and when the registration is not valid."""
    row = locked_registration(registration)
    if not row.may_apply:
        raise WrongStatus(Conflict.MAY_NOT_APPLY)
    return _start(row, RegistrationCase.Kind.CHANGE, by=by)


@transaction.atomic
def start_renewal(registration: TradeRegistration, *, by: Account) -> Case:
    """Like a change, between the chamber's first and last day for renewals. Raises WrongStatus outside of them."""
    row = locked_registration(registration)
    if not row.is_renewable:
        raise WrongStatus(Conflict.NOT_RENEWABLE)
    return _start(row, RegistrationCase.Kind.RENEWAL, by=by)


def _start(registration: TradeRegistration, kind: RegistrationCase.Kind, *, by: Account) -> Case:
    # Asked first: an INSERT would wait for whoever is deciding about the open case, who waits for the registration.
    if registration.cases.open().filter(kind__in=REGISTRATION_KINDS).exists():
        raise WrongStatus(Conflict.OPEN_CASE)
    data = {field: getattr(registration, field) for field in CompanyData.EXAMINED + CompanyData.CONTACT}
    case = create(registration.chamber, kind, contact_email=by.email, registration=registration, applicant=by, **data)
    record("case.begun", chamber=case.chamber, actor=by, subject=case.envelope, kind=kind.value)
    return case.envelope
