"""In whose hands a signer's ID is: the proof of the mailbox, the hold that follows from it, and the chamber's answer."""

from django.db import transaction
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Account, Ending, Kind
from accounts.sessions import SessionStore, end_sessions
from audit.models import AuditEntry
from audit.services import record
from email_verification.services import Answer, confirm
from foundation.errors import WrongStatus
from mailing.services import put_in_outbox
from signers.conflicts import Conflict
from signers.models import CredentialChange, Signer


@transaction.atomic
def prove_mailbox(account: Account, entered: str, *, session: SessionStore) -> Answer:
    """Judges the code that somebody entered on the way in. A right one proves the mailbox, and that whoever holds this session
    reads it; a signer's ID that was entered by what the administrator had set waits for the chamber from then on."""
    signer = _locked(account)
    accounts.lock(Account.objects.get_queryset().filter(pk=account.pk))
    answer = confirm(account, entered)
    if answer is Answer.VERIFIED:
        session.prove_mailbox()
        if signer is not None and not signer.is_held:
            _hold_if_set_by_another(signer, account)
    return answer


def _locked(account: Account) -> Signer | None:
    """The signer whose account this is, locked in the caller's transaction; None for other kinds of ID."""
    rows = Signer.objects.filter(account=account).select_for_update(no_key=True, of=("self",))
    return rows.select_related("account__chamber", "registration").defer("specimen").first()


def _hold_if_set_by_another(signer: Signer, account: Account) -> None:
    used = [change.what for change in signer.credential_changes.unanswered() if change.is_used_by(account)]
    if not used:
        return
    signer.held_at = timezone.now()
    signer.save(update_fields=("held_at",))
    entry = record("signer.held", chamber=account.chamber, actor=account, subject=signer, used=used)
    put_in_outbox("signers.hold_to_chamber", key=str(entry.pk), chamber=account.chamber, signer=signer.pk)
    _tell("signers.held", signer, entry)


@transaction.atomic
def release(signer: Signer, *, reason: str, by: Account) -> None:
    """本人の操作: the company has confirmed that it was the person; the signer may apply again. ``reason`` says with whom the
    clerk spoke. Raises WrongStatus when there is no hold any more."""
    _answer(signer)
    entry = record("signer.hold_released", chamber=by.chamber, actor=by, subject=signer, reason=reason)
    _tell("signers.hold_released", signer, entry)


@transaction.atomic
def stop(signer: Signer, *, reason: str, by: Account) -> None:
    """本人の操作ではない: the signer's ID stops at once, and with it the sub-IDs. It does not come back: the company registers the
    signer anew, which the chamber examines. Raises WrongStatus when there is no hold any more."""
    mailboxes = _answer(signer)
    ids = Account.objects.get_queryset().exclude(status=Account.Status.DELETED)
    stopped = accounts.lock(ids.filter(pk=signer.account_id)) + accounts.lock(ids.filter(parent=signer.account_id))
    Account.objects.get_queryset().filter(pk=signer.account_id).update(status=Account.Status.SUSPENDED)
    for account in stopped:
        end_sessions(account, because=Ending.STOPPED)
    entry = record("signer.stopped", chamber=by.chamber, actor=by, subject=signer, reason=reason)
    _tell("signers.stopped", signer, entry, mailboxes=mailboxes)


def _answer(signer: Signer) -> set[str]:
    """Ends the hold, and with it the questions. Returns the mailboxes of those concerned. Raises WrongStatus without a hold."""
    locked = _locked(signer.account)
    if locked is None or not locked.is_held:
        raise WrongStatus(Conflict.ANSWERED)
    mailboxes = _mailboxes(locked)
    signer.held_at = locked.held_at = None
    locked.save(update_fields=("held_at",))
    locked.credential_changes.unanswered().update(answered_at=timezone.now())
    return mailboxes


def _tell(kind: str, signer: Signer, entry: AuditEntry, *, mailboxes: set[str] | None = None) -> None:
    for number, mailbox in enumerate(sorted(mailboxes or _mailboxes(signer))):
        put_in_outbox(kind, key=f"{entry.pk}:{number}", chamber=entry.chamber, signer=signer.pk, to=mailbox)


def _mailboxes(signer: Signer) -> set[str]:
    """Of those whom a hold concerns: the signer, by the present mailbox and by those that the administrator has replaced, and
    the administrator."""
    replaced = signer.credential_changes.unanswered().filter(what=CredentialChange.What.EMAIL)
    administrators = Account.objects.get_queryset().filter(registration=signer.registration, kind=Kind.ADMINISTRATOR)
    in_force = administrators.exclude(status=Account.Status.DELETED)
    return {
        signer.account.email,
        *replaced.values_list("old_email", flat=True),
        *in_force.values_list("email", flat=True),
    }
