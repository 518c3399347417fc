"""Issuing and checking confirmation codes."""

import hmac
import re
import unicodedata
from datetime import timedelta
from enum import Enum

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.locks import locked_as_checked
from accounts.models import Account
from audit.services import record
from email_verification.models import LASTS, MOST_ATTEMPTS, MOST_CODES_A_DAY, EmailVerification
from foundation.text import AS_HYPHENS, tidy
from mailing import refusals
from mailing.services import put_in_outbox

_MAIL = "email_verification.code"


class Answer(Enum):
    """What came of a code that somebody entered."""

    VERIFIED = "verified"
    NO_CODE = "no_code"
    WRONG = "wrong"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    TOO_MANY = "too_many"
    NONE_OPEN = "none_open"


@transaction.atomic
def send_first_code(account: Account) -> EmailVerification | None:
    """The code to the account's present address that may be entered, a new one where there is none. Called when the person
    arrives; repeats do nothing. None when today's codes are used up."""
    account.email = _lock_address(account)
    codes = list(account.email_verifications.all())
    for code in codes:
        if code.address == account.email and code.may_be_entered:
            return code
    day_ago = timezone.now() - timedelta(days=1)
    if sum(code.issued_at > day_ago for code in codes) >= MOST_CODES_A_DAY:
        return None
    return _issue(account, account.email, voids=bool(codes))


@transaction.atomic
def send_new_code(account: Account, *, address: str = "") -> bool:
    """Voids the open code and mails a new one, to another address if one is given: confirmed, it becomes the account's.

    Returns False when today's codes are used up (5 in 24 hours). Raises WrongStatus when the account has another password by
    now, or may not act any more.
    """
    locked = locked_as_checked(account)
    if codes_left_today(locked) <= 0:
        return False
    void_open_code(locked)
    _issue(locked, address or locked.email)
    return True


@transaction.atomic
def confirm(account: Account, entered: str, *, address: str = "") -> Answer:
    """Checks a code for the account's address, or for the one it wants to have instead. A right one proves the mailbox, which
    is the account's from then on; a wrong one counts against the ten tries, and what holds no code does not. Raises WrongStatus
    when the account has another password by now, or may not act any more."""
    locked = locked_as_checked(account)
    answer = _judge(locked, code_in(entered), address or locked.email)
    if answer is Answer.NO_CODE:
        return answer
    record("email.code_entered", chamber=locked.chamber, actor=account, answer=answer.value)
    if answer is Answer.VERIFIED:
        locked.email, locked.email_verified_at = address or locked.email, timezone.now()
        locked.save(update_fields=("email", "email_verified_at"))
        account.email, account.email_verified_at = locked.email, locked.email_verified_at
    return answer


def wanted_address(account: Account) -> EmailVerification | None:
    """The open code to an address that is to become the account's; None when nobody asked for one."""
    return _open_codes(account).exclude(address=account.email).first()


def void_open_code(account: Account) -> None:
    """The open code can no longer be used: a newer one follows, or the address has changed."""
    _open_codes(account).update(voided_at=timezone.now())


def latest_to_present_address(account: Account) -> EmailVerification | None:
    """The last code that was sent to the address the account has now."""
    return account.email_verifications.filter(address=account.email).order_by("-issued_at", "-pk").first()


def is_refused(code: EmailVerification) -> bool:
    """Whether its mail could not be sent."""
    return refusals.is_refused(_MAIL, code.pk)


def codes_left_today(account: Account) -> int:
    """How many codes may still be sent within 24 hours, to whatever address."""
    day_ago = timezone.now() - timedelta(days=1)
    return MOST_CODES_A_DAY - account.email_verifications.filter(issued_at__gt=day_ago).count()


# What stands around and inside of a code that was copied: its line's name, spaces, line breaks, a mail's marks of quoted lines.
_BETWEEN = re.compile(r"[\s>=]+")
_CODE = re.compile(r"[0-9]{10}\.0-[0-9a-f]{32}")


def code_in(entered: str) -> str:
    """The code as it was meant, wherever it stands in what was pasted, in whatever width, case and hyphen; "" where there is
    none."""
    folded = unicodedata.normalize("NFKC", tidy(entered).translate(AS_HYPHENS)).lower()
    found = _CODE.search(_BETWEEN.sub("", folded))
    return found[0] if found else ""


def _judge(account: Account, entered: str, address: str) -> Answer:
    # Locked, for whoever keeps the present mailbox voids the code without asking for the account.
    verification = _open_codes(account).filter(address=address).select_for_update(no_key=True).first()
    if verification is None:
        return Answer.NONE_OPEN
    if verification.is_expired:
        return Answer.EXPIRED
    if verification.attempts >= MOST_ATTEMPTS:
        return Answer.TOO_MANY
    if not entered:
        return Answer.NO_CODE
    if hmac.compare_digest(entered, verification.code):
        verification.used_at = timezone.now()
        verification.save(update_fields=("used_at",))
        return Answer.VERIFIED
    verification.attempts += 1
    verification.save(update_fields=("attempts",))
    if any(hmac.compare_digest(entered, old.code) for old in _earlier_codes(account)):
        return Answer.SUPERSEDED
    return Answer.TOO_MANY if verification.attempts >= MOST_ATTEMPTS else Answer.WRONG


def _open_codes(account: Account) -> QuerySet[EmailVerification]:
    return account.email_verifications.filter(used_at__isnull=True, voided_at__isnull=True)


def _earlier_codes(account: Account) -> QuerySet[EmailVerification]:
    """Codes that this account was sent and that no longer count: whoever enters one did read the mailbox."""
    return account.email_verifications.filter(voided_at__isnull=False, issued_at__gt=timezone.now() - LASTS)


def _lock_address(account: Account) -> str:
    """Locks the account; returns the address that it has by then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT email FROM accounts_account WHERE id = %s FOR NO KEY UPDATE", [account.pk])
        return str(cursor.fetchone()[0])


def _issue(account: Account, address: str, *, voids: bool = True) -> EmailVerification:
    if voids:
        void_open_code(account)
    verification = EmailVerification.objects.create(
        account=account, address=address, issued_at=timezone.now().replace(microsecond=0)
    )
    put_in_outbox(_MAIL, key=str(verification.pk), chamber=account.chamber, verification=verification.pk)
    record("email.code_issued", chamber=account.chamber, subject=account)
    return verification
