"""Approval: what the company asked for takes effect, at once and completely. And the end of a registration."""

from django.db import transaction
from django.db.models import QuerySet

from accounts import services as accounts
from accounts.models import Account
from casework.completeness import signers_joining
from casework.conflicts import Conflict
from casework.differences import keep_differences
from casework.examination import held, unticked
from casework.models import Case
from casework.prices import owed
from casework.workflow import lock, move
from foundation.errors import WrongStatus
from signers.models import Signer
from signers.services import add_signer, remove_signer
from trade_registration import services as registrations
from trade_registration.models import TradeRegistration


@transaction.atomic
def approve(case: Case, *, by: Account) -> TradeRegistration:
    """承認. A new registration gets its number, its administrator ID and its signers' IDs; a change or renewal takes effect.

    What is owed is frozen on the case. Raises WrongStatus unless the case waits in this clerk's (or nobody's) hands,
    every item of the checklist is ticked, and the registration is in force.
    """
    row = held(case, Case.Status.APPROVED, by=by)
    if unticked(row):
        raise WrongStatus(Conflict.UNTICKED)
    registration = _lock_registration(row)
    keep_differences(row)
    row.fee = owed(row)
    if registration is None:
        registration = registrations.register(row.chamber, row, email=row.contact_email, by=by)
        row.registration = registration
    else:
        _apply(row, registration, by=by)
    _add_signers(row, registration)
    move(row, Case.Status.APPROVED, actor=by)
    return registration


def _lock_registration(row: Case) -> TradeRegistration | None:
    """Locks all that approval will write before anything is recorded."""
    if row.registration is None:
        return None
    registration = registrations.locked(row.registration)
    accounts.lock(Account.objects.get_queryset().filter(registration=registration))
    if not registration.is_in_force:
        raise WrongStatus(Conflict.MAY_NOT_APPLY)
    return registration


def signers_leaving(case: Case, registration: TradeRegistration) -> QuerySet[Signer]:
    """The signers whose IDs the approval ends."""
    leaving = registration.signers.exclude(account__status=Account.Status.DELETED)
    return leaving.filter(pk__in=case.signers.values("removes")) if case.has_signers else leaving


def _apply(row: Case, registration: TradeRegistration, *, by: Account) -> None:
    """The removals, the data and the two years. A company that becomes an agent has no signers left."""
    for signer in signers_leaving(row, registration):
        remove_signer(signer, by=by)
    registrations.amend(registration, row, by=by)
    if row.is_renewal:
        registrations.renew(registration, by=by)


def _add_signers(row: Case, registration: TradeRegistration) -> None:
    for new in signers_joining(row):
        specimen = bytes(new.specimen) if new.specimen else None
        add_signer(
            registration, name=new.name, name_en=new.name_en, title_en=new.title_en, email=new.email, specimen=specimen
        )


@transaction.atomic
def delete_registration(registration: TradeRegistration, *, reason: str, by: Account) -> None:
    """抹消: ends the registration for good, with all its IDs; what it had asked for is withdrawn."""
    rows = [lock(case) for case in registration.cases.open().order_by("pk")]
    accounts.lock(Account.objects.get_queryset().filter(registration=registrations.locked(registration)))
    for row in rows:
        if row.is_open:
            move(row, Case.Status.WITHDRAWN, actor=by, reason=reason)
    registrations.delete(registration, reason=reason, by=by)
