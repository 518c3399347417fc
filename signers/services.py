"""What an administrator does for the signers, and a signer for the sub-IDs."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Max, Q

from accounts import initial_passwords
from accounts import services as accounts
from accounts.locks import locked
from accounts.models import Account, Ending, Kind, PasswordOrigin
from accounts.passwords import random_identifier
from accounts.sessions import end_sessions
from audit.services import record
from email_verification.services import void_open_code
from foundation.errors import WrongStatus
from foundation.versions import UNKNOWN, Shown
from mailing.services import put_in_outbox
from signers.certificates import signer_certificates
from signers.conflicts import Conflict
from signers.models import CredentialChange, Signer
from trade_registration.models import TradeRegistration


@transaction.atomic
def add_signer(
    registration: TradeRegistration, *, name: str, name_en: str, title_en: str, email: str, specimen: bytes | None
) -> Signer:
    """A new signer with an ID of its own, the registration's next user number and no password yet."""
    locked = TradeRegistration.objects.select_for_update(no_key=True).get(pk=registration.pk)
    last = locked.signers.aggregate(last=Max("user_number"))["last"] or 0
    account = Account.objects.create(
        chamber=registration.chamber,
        registration=registration,
        kind=Kind.SIGNER,
        login_id=random_identifier(),
        name=name,
        email=email,
    )
    return Signer.objects.create(
        account=account,
        registration=registration,
        user_number=last + 1,
        name_en=name_en,
        title_en=title_en,
        specimen=specimen,
    )


@transaction.atomic
def remove_signer(signer: Signer, *, by: Account) -> None:
    """Ends a signer's ID, and with it the sub-IDs, at once. The rows stay, because what they applied for bears their names."""
    ids = Account.objects.get_queryset().exclude(status=Account.Status.DELETED)
    ended = accounts.lock(ids.filter(Q(pk=signer.account_id) | Q(parent=signer.account_id)))
    for account in ended:
        _end(account)
    record("signer.removed", chamber=by.chamber, actor=by, subject=signer)
    for account in ended:
        if account.kind == Kind.SUB_USER:
            record("sub_id.deleted", chamber=by.chamber, actor=by, subject=account)


def _end(account: Account) -> None:
    account.status = Account.Status.DELETED
    account.save(update_fields=("status",))
    end_sessions(account, because=Ending.STOPPED)


def issue_passwords(signers: Iterable[Signer], *, by: Account) -> None:
    """Gives each signer its initial password, unless it has a password: this fixes the date of issue of its 署名登録証.

    The administrator will read it, so it stands among what was done to the signer's way in.
    """
    for signer in signers:
        with transaction.atomic():
            _lock(signer)
            if initial_passwords.issue(signer.account):
                CredentialChange.objects.create(signer=signer, what=CredentialChange.What.CERTIFICATE, changed_by=by)
                record("signer.password_issued", chamber=by.chamber, actor=by, subject=signer)


@transaction.atomic
def change_email(signer: Signer, email: str, *, by: Account) -> None:
    """Changes the address: both addresses are told, open codes are void, the mailbox must be proved again."""
    _lock(signer)
    change = CredentialChange.objects.create(
        signer=signer,
        what=CredentialChange.What.EMAIL,
        changed_by=by,
        old_email=signer.account.email,
        new_email=email,
    )
    accounts.change_email(signer.account, email, by=by)
    void_open_code(signer.account)
    for which, to_old in (("old", True), ("new", False)):
        put_in_outbox(
            "signers.email_changed", key=f"{change.pk}:{which}", chamber=by.chamber, change=change.pk, to_old=to_old
        )


@transaction.atomic
def change_password(signer: Signer, raw: str, *, by: Account) -> None:
    """Sets a password that the signer must change at the next login."""
    _lock(signer)
    CredentialChange.objects.create(signer=signer, what=CredentialChange.What.PASSWORD, changed_by=by)
    accounts.set_password(signer.account, raw, origin=PasswordOrigin.ADMINISTRATOR, by=by)


def _lock(signer: Signer) -> None:
    """Locks the signer in the caller's transaction."""
    Signer.objects.select_for_update(no_key=True).values_list("pk").get(pk=signer.pk)


@transaction.atomic
def create_sub_id(signer: Account, *, name: str, email: str, password: str) -> Account:
    """A sub-ID with a password that its owner must change. The mail tells the chamber code and the ID, never the password.

    Raises WrongStatus for a signer who has just been removed, and for a registration that is no longer in force.
    """
    locked(signer)
    sub_id = Account.objects.create(
        chamber=signer.chamber,
        registration=signer.registration,
        parent=signer,
        kind=Kind.SUB_USER,
        login_id=random_identifier(),
        name=name,
        email=email,
    )
    accounts.set_password(sub_id, password, origin=PasswordOrigin.SIGNER, by=signer)
    record("sub_id.created", chamber=signer.chamber, actor=signer, subject=sub_id)
    put_in_outbox("signers.sub_id_created", key=str(sub_id.pk), chamber=signer.chamber, sub_id=sub_id.pk)
    return sub_id


@transaction.atomic
def change_sub_id(sub_id: Account, *, name: str, email: str, by: Account, shown: Shown = UNKNOWN) -> bool:
    """A new address must be proved again and gets the ID's notice, the old one a word. Returns whether the address changed.

    Raises WrongStatus for a sub-ID that has been deleted, and ChangedMeanwhile for fields that are not any more as the page
    had ``shown`` them.
    """
    both = Account.objects.get_queryset().filter(pk__in=(by.pk, sub_id.pk), status=Account.Status.ACTIVE)
    locked = next((each for each in accounts.lock(both) if each == sub_id), None)
    if locked is None:
        raise WrongStatus(Conflict.SUB_ID_DELETED)
    now = {"name": locked.name, "email": locked.email}
    sub_id.name, sub_id.email, sub_id.email_verified_at = *now.values(), locked.email_verified_at
    fields = now | shown.merged(now, {"name": name, "email": email})
    if fields["name"] != sub_id.name:
        sub_id.name = fields["name"]
        sub_id.save(update_fields=("name",))
        record("sub_id.renamed", chamber=by.chamber, actor=by, subject=sub_id)
    has_moved: bool = fields["email"] != sub_id.email
    if has_moved:
        _move(sub_id, fields["email"], by=by)
    return has_moved


def _move(sub_id: Account, email: str, *, by: Account) -> None:
    left, was_proved = sub_id.email, sub_id.email_verified_at is not None
    entry = accounts.change_email(sub_id, email, by=by)
    void_open_code(sub_id)
    notice = "signers.sub_id_moved" if sub_id.has_logged_in else "signers.sub_id_created"
    put_in_outbox(notice, key=f"{sub_id.pk}:{entry.pk}", chamber=by.chamber, sub_id=sub_id.pk)
    told = {"sub_id": sub_id.pk, "to": left, "was_proved": was_proved}
    put_in_outbox("signers.sub_id_left", key=str(entry.pk), chamber=by.chamber, **told)


@transaction.atomic
def change_sub_id_password(sub_id: Account, raw: str, *, by: Account) -> None:
    """Sets a password that the sub-ID's owner must change at the next login."""
    accounts.set_password(sub_id, raw, origin=PasswordOrigin.SIGNER, by=by)


@transaction.atomic
def delete_sub_id(sub_id: Account, *, by: Account) -> None:
    """Ends a sub-ID at once. Its row stays, because what it applied for bears its name. Raises WrongStatus when that has
    happened before."""
    _end(locked(sub_id))
    record("sub_id.deleted", chamber=by.chamber, actor=by, subject=sub_id)


def print_certificates(signers: Sequence[Signer], *, by: Account) -> bytes:
    """The 署名登録証 of these signers as one PDF; every output is on record."""
    certificates = signer_certificates(signers[0].registration, signers)
    with transaction.atomic():
        for signer in signers:
            record("signer.certificate_output", chamber=by.chamber, actor=by, subject=signer)
    return certificates
