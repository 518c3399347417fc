"""What an approval does: what the company asked for takes effect."""

from django.db.models import QuerySet

from accounts import services as accounts
from accounts.models import Account
from casework.models import Case
from foundation.errors import WrongStatus
from registration_cases.completeness import signers_joining
from registration_cases.conflicts import Conflict
from registration_cases.models import RegistrationCase
from registration_cases.prices import owed
from signers.models import Signer
from signers.services import add_signer, remove_signer
from trade_registration import services as registrations
from trade_registration.models import TradeRegistration


def approve(envelope: Case, by: Account) -> None:
    """A new registration gets its number, its administrator ID and its signers' IDs; a change or renewal takes effect. Raises
    WrongStatus unless the registration is in force."""
    case = envelope.registration_case
    registration = _lock_registration(case)
    envelope.fee = owed(case)
    if registration is None:
        registration = registrations.register(case.chamber, case, email=case.contact_email, by=by)
        envelope.registration = registration
    else:
        _apply(case, registration, by=by)
    _add_signers(case, registration)


def _lock_registration(case: RegistrationCase) -> TradeRegistration | None:
    """Locks all that approval will write before anything is recorded."""
    if case.registration is None:
        return None
    registration = registrations.locked(case.registration)
    accounts.lock(Account.objects.get_queryset().filter(registration=registration))
    if not registration.is_in_force:
        raise WrongStatus(Conflict.MAY_NOT_APPLY)
    return registration


def signers_leaving(case: RegistrationCase, registration: TradeRegistration) -> QuerySet[Signer]:
    """The signers whose IDs the approval ends."""
    leaving = registration.signers.exclude(account__status=Account.Status.DELETED)
    return leaving.filter(pk__in=case.signers.values("removes")) if case.has_signers else leaving


def _apply(case: RegistrationCase, registration: TradeRegistration, *, by: Account) -> None:
    """The removals, the data and the two years. A company that becomes an agent has no signers left."""
    for signer in signers_leaving(case, registration):
        remove_signer(signer, by=by)
    registrations.amend(registration, case, by=by)
    if case.is_renewal:
        registrations.renew(registration, by=by)


def _add_signers(case: RegistrationCase, registration: TradeRegistration) -> None:
    for new in signers_joining(case):
        specimen = bytes(new.specimen) if new.specimen else None
        add_signer(
            registration, name=new.name, name_en=new.name_en, title_en=new.title_en, email=new.email, specimen=specimen
        )
