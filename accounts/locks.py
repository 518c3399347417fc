"""An ID, locked and as it is by then: what was checked before is checked again where it is acted upon.

Whoever stops an ID, or gives it another password or mailbox, locks its row first.
"""

from django.db import connection

from accounts.conflicts import Conflict
from accounts.models import Account
from foundation.errors import WrongStatus

_LOCK = "SELECT FROM accounts_account WHERE id = %s FOR NO KEY UPDATE"


def lock(account: Account) -> None:
    """Locks the account in the caller's transaction. A statement after this one sees what was committed while the lock was
    waited for, also of the account's signer and its registration."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [account.pk])


def locked(account: Account) -> Account:
    """The account as it is now, locked in the caller's transaction. Raises WrongStatus when it may not act any more."""
    lock(account)
    found = Account.objects.get_queryset().select_related("chamber", "registration", "parent").get(pk=account.pk)
    if not found.is_usable:
        raise WrongStatus(Conflict.NOT_USABLE)
    return found


def locked_as_checked(account: Account) -> Account:
    """Like ``locked``, for whoever has shown the password: raises WrongStatus also when it is no longer the one that was read
    with ``account``."""
    found = locked(account)
    if found.password != account.password:
        raise WrongStatus(Conflict.PASSWORD_CHANGED)
    return found


def locked_by(account: Account, by: Account | None) -> Account:
    """Like ``locked``, for what somebody does to the account whose own password gives the right to it: raises WrongStatus also
    when that is no longer the one that was read with ``by``."""
    for each in sorted({account, by or account}, key=lambda each: each.pk):
        lock(each)
    if by is not None:
        locked_as_checked(by)
    return locked(account)
