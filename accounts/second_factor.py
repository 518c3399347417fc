"""The clerks' second factor: six digits that an application on the telephone computes (TOTP, RFC 6238), or a recovery code.

Every verb here first locks the account: of two uses of a code at once, the later one sees that the code is used.
"""

import base64
import re
import time
from urllib.parse import quote, urlencode

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from accounts.conflicts import Conflict
from accounts.locks import locked, locked_as_checked
from accounts.models import Account, Ending, RecoveryCode
from accounts.passwords import random_identifier
from accounts.sessions import SessionStore, end_sessions
from audit.services import record
from foundation.errors import WrongStatus
from mailing.services import put_in_outbox

RECOVERY_CODES = 10
_CODE_LENGTH = 10  # of 54 characters: 57 bits
_TOLERANCE = 1  # steps of 30 seconds that the telephone's clock may be ahead or behind
_ISSUER = "eCO"
_KEY_IN_SESSION = "key_of_telephone"


def is_set_up(account: Account) -> bool:
    """Whether the account has a telephone."""
    return bool(TOTPDevice.objects.filter(user=account).exists())


def key_to_set_up(session: SessionStore) -> str:
    """The key for a new telephone, in base 32. It belongs to this session: whoever saw the page of an earlier one, with a
    stolen password perhaps, does not hold the key that the owner sets up."""
    key: str = session.setdefault(_KEY_IN_SESSION, default_key())
    return base64.b32encode(bytes.fromhex(key)).decode()


def address_to_scan(account: Account, key: str) -> str:
    """The otpauth:// address that the application on the telephone reads from the QR code; ``key`` is in base 32."""
    label = quote(f"{_ISSUER}:{account.chamber.code} {account.login_id}")
    return f"otpauth://totp/{label}?{urlencode({'secret': key, 'issuer': _ISSUER})}"


@transaction.atomic
def set_up(account: Account, code: str, *, session: SessionStore) -> list[str]:
    """Confirms the session's telephone by its first code and opens the way in. Returns the recovery codes, to be shown this
    once; an empty list for a wrong code. Raises WrongStatus when there is a telephone already, and when the session has
    ended meanwhile: its key may be a stranger's."""
    locked(account)
    if is_set_up(account):
        raise WrongStatus(Conflict.SECOND_FACTOR_SET_UP)
    key: str = session.get(_KEY_IN_SESSION, "")
    telephone = TOTP(bytes.fromhex(key))
    telephone.time = time.time()
    if not (key and _has_six_digits(code) and telephone.verify(int(code), _TOLERANCE)):
        _record_refusal(account)
        return []
    TOTPDevice.objects.create(
        user=account, name="telephone", key=key, last_t=telephone.t(), drift=telephone.drift, tolerance=_TOLERANCE
    )
    del session[_KEY_IN_SESSION]
    session.pass_second_factor()
    record("staff.second_factor_set_up", chamber=account.chamber, actor=account, subject=account)
    return _new_recovery_codes(account)


@transaction.atomic
def show(account: Account, code: str, *, session: SessionStore) -> bool:
    """Opens the way in for the telephone's code or a recovery code and returns True. Either works once. Raises WrongStatus
    when the session has ended meanwhile."""
    locked(account)
    by_telephone = _is_shown_by_telephone(account, code)
    if not by_telephone and not _use_recovery_code(account, code):
        _record_refusal(account)
        return False
    session.pass_second_factor()
    way = "telephone" if by_telephone else "recovery code"
    record("staff.second_factor_shown", chamber=account.chamber, actor=account, subject=account, way=way)
    return True


@transaction.atomic
def renew_recovery_codes(account: Account, code: str) -> list[str]:
    """Voids the recovery codes and returns new ones, to be shown this once; an empty list for a wrong code, which must be
    the telephone's: whoever stole one recovery code cannot make ten of it."""
    locked_as_checked(account)
    if not _is_shown_by_telephone(account, code):
        _record_refusal(account)
        return []
    record("staff.recovery_codes_renewed", chamber=account.chamber, actor=account, subject=account)
    return _new_recovery_codes(account)


@transaction.atomic
def reset(account: Account, *, by: Account | None) -> None:
    """Forgets telephone and recovery codes: the next login sets up a new one. The owner is told by mail; ``by`` is None for
    the operator. Raises WrongStatus when nothing is set up."""
    locked(account)
    if not is_set_up(account):
        raise WrongStatus(Conflict.NO_SECOND_FACTOR)
    TOTPDevice.objects.filter(user=account).delete()
    account.recovery_codes.all().delete()
    end_sessions(account, because=Ending.SECOND_FACTOR)
    entry = record("staff.second_factor_reset", chamber=account.chamber, actor=by, subject=account)
    put_in_outbox("accounts.second_factor_reset", key=str(entry.pk), chamber=account.chamber, account=account.pk)


def unused_recovery_codes(account: Account) -> int:
    """How many recovery codes are left."""
    return account.recovery_codes.filter(used_at__isnull=True).count()


def _is_shown_by_telephone(account: Account, code: str) -> bool:
    """Notes the code's moment when it is right; it and earlier ones are refused from then on."""
    device = TOTPDevice.objects.filter(user=account).first()
    return device is not None and _has_six_digits(code) and bool(device.verify_token(code))


def _has_six_digits(code: str) -> bool:
    return re.fullmatch(r"[0-9]{6}", code) is not None


def _new_recovery_codes(account: Account) -> list[str]:
    codes = [random_identifier(_CODE_LENGTH) for _code in range(RECOVERY_CODES)]
    account.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(account=account, digest=_digest(account, code)) for code in codes)
    return codes


def _use_recovery_code(account: Account, code: str) -> bool:
    unused = account.recovery_codes.filter(digest=_digest(account, code), used_at__isnull=True)
    return bool(unused.update(used_at=timezone.now()))


def _digest(account: Account, code: str) -> str:
    return salted_hmac("recovery code", f"{account.pk}:{code}", algorithm="sha256").hexdigest()


def _record_refusal(account: Account) -> None:
    record("staff.second_factor_refused", chamber=account.chamber, actor=account, subject=account)
