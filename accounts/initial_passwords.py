"""The initial password that can be printed only today.

It is made at the first output, which fixes the date of issue. For that Japanese day its ciphertext lies under a random key of
the day; that key lies, wrapped by the master key, in an UNLOGGED table, and is destroyed after the day. Whether it is shown is
decided by ``_reveal`` alone and never depends on the destruction having run.
"""

import datetime as dt
import secrets
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import locks
from accounts.models import Account, DayKey, Ending, InitialPassword, PasswordOrigin
from accounts.passwords import random_identifier
from accounts.sessions import end_sessions

HIDDEN = "***"


@transaction.atomic
def issue(account: Account, *, password: str | None = None) -> bool:
    """Gives the account its initial password and returns True, unless it already had one: then that one stands. Where the
    account has a password that somebody chose for it, that one stands too, and only the date of issue is noted.

    The account's row is locked, so that any number of simultaneous outputs issue one password. ``password`` is for
    example data only. Raises WrongStatus when the account may not act any more.
    """
    locked = locks.locked(account)
    if InitialPassword.objects.filter(account=locked).exists():
        return False
    if locked.password_origin != PasswordOrigin.NONE:
        InitialPassword.objects.create(account=locked, issued_on=timezone.localdate())
        return False
    _mint(account, locked, password or random_identifier())
    return True


@transaction.atomic
def reissue(account: Account) -> None:
    """A new initial password in place of whatever the account has, issued today; its sessions end. Raises WrongStatus when the
    account may not act any more."""
    locked = locks.locked(account)
    InitialPassword.objects.filter(account=locked).delete()
    end_sessions(locked, because=Ending.CREDENTIALS)
    _mint(account, locked, random_identifier())


def _mint(account: Account, locked: Account, plain: str) -> None:
    """``account`` knows its new password, as after ``set_password``."""
    locked.set_password(plain)
    locked.password_origin = PasswordOrigin.INITIAL
    locked.password_set_at = timezone.now()
    locked.save(update_fields=("password", "password_origin", "password_set_at"))
    for name in ("password", "password_origin", "password_set_at"):
        setattr(account, name, getattr(locked, name))
    today = timezone.localdate()
    nonce = secrets.token_bytes(12)
    ciphertext = AESGCM(_key_of(today)).encrypt(nonce, plain.encode(), _bound_to(locked, today))
    InitialPassword.objects.create(account=locked, issued_on=today, nonce=nonce, ciphertext=ciphertext)


def printable(accounts: Iterable[Account]) -> dict[int, str]:
    """What to print for each account (by key): the initial password on the Japanese day of its first output while it is
    still in use; otherwise ``***``."""
    today = timezone.localdate()
    forget_past_days(today)
    accounts = list(accounts)
    key = DayKey.objects.filter(day=today).first()
    secrets_of_today = InitialPassword.objects.filter(account__in=accounts, issued_on=today) if key else ()
    by_account = {secret.account_id: secret for secret in secrets_of_today}
    return {account.pk: _reveal(account, by_account.get(account.pk), key) for account in accounts}


def _reveal(account: Account, secret: InitialPassword | None, key: DayKey | None) -> str:
    is_in_use = account.is_usable and account.password_origin == PasswordOrigin.INITIAL
    if not (is_in_use and key and secret and secret.ciphertext):
        return HIDDEN
    try:
        unwrapped = _master().decrypt(bytes(key.wrapped))
        bound = _bound_to(account, secret.issued_on)
        return AESGCM(unwrapped).decrypt(bytes(secret.nonce), bytes(secret.ciphertext), bound).decode()
    except (InvalidTag, InvalidToken):
        return HIDDEN


def forget_past_days(today: dt.date) -> None:
    """Destroys the keys of the days before ``today``: no copy of a ciphertext can be read after this."""
    DayKey.objects.filter(day__lt=today).delete()


def _key_of(day: dt.date) -> bytes:
    forget_past_days(day)
    DayKey.objects.bulk_create(
        [DayKey(day=day, wrapped=_master().encrypt(AESGCM.generate_key(256)))], ignore_conflicts=True
    )
    return _master().decrypt(bytes(DayKey.objects.get(day=day).wrapped))


def _master() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ECO_MASTER_KEYS])


def _bound_to(account: Account, day: dt.date) -> bytes:
    """What the ciphertext is tied to: on another row, on another day or after a change of password it cannot be opened."""
    return f"{account.pk}|{account.chamber_id}|{account.kind}|{day.isoformat()}|{account.password}".encode()
