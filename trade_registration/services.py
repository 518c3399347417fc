"""What happens to a registration. Whatever the chamber must examine first reaches these verbs through a case (casework/)."""

import datetime as dt
from typing import Any, Unpack

from django.db import transaction
from django.utils import timezone

from accounts import initial_passwords
from accounts import services as accounts
from accounts.models import Account, Ending, Kind, PasswordOrigin
from accounts.passwords import random_identifier
from accounts.sessions import end_sessions
from audit.services import record
from chambers.models import Chamber
from chambers.numbers import next_number, number_to_come
from email_verification.services import void_open_code
from foundation.errors import WrongStatus
from foundation.rewriting import rewrite
from foundation.versions import UNKNOWN, Shown
from mailing.services import put_in_outbox
from trade_registration.certificates import registration_certificate
from trade_registration.conflicts import Conflict
from trade_registration.models import CompanyData, ContactFields, FormerTelephone, TradeRegistration

# A registration number has nine digits: the chamber's code, then a serial number.
_DIGITS = 9
REMIND_BEFORE = (30, 14, 3)  # days


@transaction.atomic
def register(chamber: Chamber, said: CompanyData, *, email: str, by: Account) -> TradeRegistration:
    """A new registration, valid from today, with the chamber's next number and an administrator ID that has no password yet.

    ``email`` has been proved by the link on which the company registered.
    """
    today = timezone.localdate()
    registration = TradeRegistration.objects.create(
        chamber=chamber,
        registration_number=_registration_number(chamber, next_number(chamber, "registration")),
        registered_on=today,
        valid_until=chamber.valid_until(today),
        **_values(said, CompanyData.EXAMINED + CompanyData.CONTACT),
    )
    administrator = Account(
        chamber=chamber,
        registration=registration,
        kind=Kind.ADMINISTRATOR,
        login_id=random_identifier(),
        name="管理者",
        email=email,
        email_verified_at=timezone.now(),
    )
    administrator.set_unusable_password()
    administrator.save()
    record("registration.registered", chamber=chamber, actor=by, subject=registration)
    return registration


def registration_number_to_come(chamber: Chamber) -> str:
    """The number that the next new company gets, unless another one is approved first."""
    return _registration_number(chamber, number_to_come(chamber, "registration"))


def _registration_number(chamber: Chamber, serial: int) -> str:
    return f"{chamber.code}{serial:0{_DIGITS - len(chamber.code)}d}"


@transaction.atomic
def amend(registration: TradeRegistration, said: CompanyData, *, by: Account) -> None:
    """What was examined takes effect, at once and completely. How the company is reached stays as it is."""
    for field, value in _values(said, CompanyData.EXAMINED).items():
        setattr(registration, field, value)
    registration.save(update_fields=CompanyData.EXAMINED)
    record("registration.amended", chamber=registration.chamber, actor=by, subject=registration)


@transaction.atomic
def renew(registration: TradeRegistration, *, by: Account) -> None:
    """Two more years (certification rules art. 2-4)."""
    chamber = registration.chamber
    registration.valid_until = registration.renewed_until
    registration.save(update_fields=("valid_until",))
    until = registration.valid_until.isoformat()
    record("registration.renewed", chamber=chamber, actor=by, subject=registration, until=until)


def _values(said: CompanyData, fields: tuple[str, ...]) -> dict[str, Any]:
    return {field: getattr(said, field) for field in fields}


def locked(registration: TradeRegistration) -> TradeRegistration:
    """The registration as it is now, locked in the caller's transaction."""
    rows = TradeRegistration.objects.select_for_update(no_key=True, of=("self",)).select_related("chamber")
    return rows.get(pk=registration.pk)


@transaction.atomic
def suspend(registration: TradeRegistration, *, reason: str, by: Account) -> None:
    """Its IDs cannot act until the suspension is lifted (penalty rules). Raises WrongStatus unless it is in force."""
    _move(registration, TradeRegistration.Status.SUSPENDED, reason=reason, by=by)


@transaction.atomic
def lift_suspension(registration: TradeRegistration, *, reason: str, by: Account) -> None:
    """Raises WrongStatus unless it is suspended."""
    _move(registration, TradeRegistration.Status.IN_FORCE, reason=reason, by=by)


@transaction.atomic
def delete(registration: TradeRegistration, *, reason: str, by: Account) -> None:
    """Ends the registration and all its IDs for good (penalty rules). Raises WrongStatus when that has happened before."""
    _move(registration, TradeRegistration.Status.DELETED, reason=reason, by=by)


def _move(registration: TradeRegistration, status: TradeRegistration.Status, *, reason: str, by: Account) -> None:
    """The only writer of ``status``."""
    row = locked(registration)
    if status not in TradeRegistration.TRANSITIONS[row.status]:
        raise WrongStatus(Conflict(row.status))
    ids = accounts.lock(Account.objects.get_queryset().filter(registration=row))
    row.status, row.status_reason = status, reason
    row.save(update_fields=("status", "status_reason"))
    if status != TradeRegistration.Status.IN_FORCE:
        for account in ids:
            end_sessions(account, because=Ending.STOPPED)
    entry = record(f"registration.{status}", chamber=row.chamber, actor=by, subject=row, reason=reason)
    put_in_outbox(
        "trade_registration.status", key=str(entry.pk), chamber=row.chamber, registration=row.pk, status=status.value
    )
    registration.status, registration.status_reason = row.status, row.status_reason


@transaction.atomic
def change_contact(
    registration: TradeRegistration, *, by: Account, shown: Shown = UNKNOWN, **said: Unpack[ContactFields]
) -> list[str]:
    """How the company is reached, in force at once; the chamber is told. Returns the names of the fields that changed.

    Raises ChangedMeanwhile for fields that are not any more as the page had ``shown`` them.
    """
    row = locked(registration)
    changes = rewrite(row, said, of=CompanyData.CONTACT, shown=shown)
    changed = [field for field in CompanyData.CONTACT if field in changes]
    if not changed:
        return []
    if "telephone" in changed:
        _keep_telephone(row, changes["telephone"][0])
    entry = record("registration.contact_changed", chamber=row.chamber, actor=by, subject=row, fields=changed)
    put_in_outbox(
        "trade_registration.contact_changed",
        key=str(entry.pk),
        chamber=row.chamber,
        registration=row.pk,
        fields=changed,
    )
    return changed


def _keep_telephone(locked_registration: TradeRegistration, replaced: str) -> None:
    """The number that was replaced, with the day from which the company had it."""
    last = locked_registration.former_telephones.order_by("replaced_at", "pk").last()
    FormerTelephone.objects.create(
        registration=locked_registration,
        telephone=replaced,
        in_use_since=timezone.localdate(last.replaced_at) if last else locked_registration.registered_on,
    )


@transaction.atomic
def note_new_mailbox(registration: TradeRegistration, *, by: Account, old_email: str) -> None:
    """The administrator's new mailbox has been proved: the old one and the chamber are told."""
    entry = record("registration.mailbox_changed", chamber=registration.chamber, actor=by, subject=registration)
    put_in_outbox(
        "trade_registration.mailbox_changed",
        key=f"{entry.pk}:old",
        chamber=registration.chamber,
        registration=registration.pk,
        to=old_email,
    )
    put_in_outbox(
        "trade_registration.contact_changed",
        key=str(entry.pk),
        chamber=registration.chamber,
        registration=registration.pk,
        fields=["email"],
    )


@transaction.atomic
def issue_certificate(registration: TradeRegistration, *, by: Account) -> None:
    """Gives the administrator its initial password, unless it has one: today becomes the 貿易登録証's date of issue.

    Raises WrongStatus for a registration that is not in force: its certificate would never bear the password.
    """
    row = locked(registration)
    if not row.is_in_force:
        raise WrongStatus(Conflict.NOT_IN_FORCE)
    if initial_passwords.issue(row.administrator):
        row.certificate_issued_on = timezone.localdate()
        row.save(update_fields=("certificate_issued_on",))
        record("registration.certificate_issued", chamber=row.chamber, actor=by, subject=row)
    registration.certificate_issued_on = row.certificate_issued_on


def check_reissuable(registration: TradeRegistration) -> None:
    """Raises WrongStatus before the first issue of the 貿易登録証, and for a registration that is not in force."""
    if not registration.is_in_force:
        raise WrongStatus(Conflict.NOT_IN_FORCE)
    if registration.certificate_issued_on is None:
        raise WrongStatus(Conflict.NOT_ISSUED)


@transaction.atomic
def reissue_certificate(registration: TradeRegistration, *, email: str = "", by: Account) -> None:
    """再発行: a new password and a new date of issue. The present password is void, and the administrator is told.

    The mailbox must be proved before the new password can take the place of one that was in use; ``email`` is for a company
    that can no longer read its old mailbox, which gets a word. Raises WrongStatus before the first issue, and for a
    registration that is not in force.
    """
    row = locked(registration)
    check_reissuable(row)
    if email not in ("", row.administrator.email):
        _move_administrator(row, email, by=by)
    initial_passwords.reissue(row.administrator)
    row.certificate_issued_on = timezone.localdate()
    row.save(update_fields=("certificate_issued_on",))
    entry = record("registration.certificate_reissued", chamber=row.chamber, actor=by, subject=row)
    told = {"account": row.administrator.pk, "origin": PasswordOrigin.INITIAL.value}
    put_in_outbox("accounts.password_changed", key=str(entry.pk), chamber=row.chamber, **told)
    registration.certificate_issued_on = row.certificate_issued_on


def _move_administrator(locked_registration: TradeRegistration, email: str, *, by: Account) -> None:
    administrator = locked_registration.administrator
    told = {"registration": locked_registration.pk, "to": administrator.email}
    entry = accounts.change_email(administrator, email, by=by)
    void_open_code(administrator)
    put_in_outbox(
        "trade_registration.mailbox_changed", key=f"{entry.pk}:old", chamber=locked_registration.chamber, **told
    )


def print_certificate(registration: TradeRegistration, *, by: Account) -> bytes:
    """The 貿易登録証 as PDF; every output is on record."""
    certificate = registration_certificate(registration, registration.administrator)
    record("registration.certificate_output", chamber=registration.chamber, actor=by, subject=registration)
    return certificate


def remind_of_renewals() -> int:
    """Owes the mails 30, 14 and 3 days before the last day, each once; returns for how many registrations one was due.

    Where a day was missed, the next run sends the latest reminder that is due, not all of them. What would come before the
    chamber takes renewals comes on the day on which it begins to.
    """
    today = timezone.localdate()
    ending = TradeRegistration.objects.ending_between(today, today + dt.timedelta(days=max(REMIND_BEFORE)))
    count = 0
    for registration in ending.select_related("chamber").iterator(chunk_size=500):
        days = _reminder_due(registration, left=(registration.valid_until - today).days)
        if days is not None:
            key = f"{registration.pk}:{registration.valid_until.isoformat()}:{days}"
            put_in_outbox(
                "trade_registration.renewal_due",
                key=key,
                chamber=registration.chamber,
                registration=registration.pk,
                days=days,
            )
            count += 1
    return count


def _reminder_due(registration: TradeRegistration, *, left: int) -> int | None:
    """Of how many days before the end the latest reminder is; None while none is due."""
    opens = registration.chamber.renewal_opens_days
    return min((min(step, opens) for step in REMIND_BEFORE if left <= min(step, opens)), default=None)
