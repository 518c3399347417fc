"""Under what the tries at an ID's password are counted.

A browser in which the ID has logged in with its present password keeps a count of its own, so a stranger who guesses at the ID
from elsewhere cannot lock its owner out on the day of a shipment. Strangers' tries count against strangers: at this ID, at its
chamber, and from their own network address.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from accounts.models import Account
from accounts.throttle import DAY, Limit, address_limits, limit, password_limits
from foundation.proxy import address_of

COOKIE = "eco-device"
LASTS = 365 * 24 * 60 * 60  # seconds
_MOST_IDS = 20
# However many browsers an ID trusts, and however often a right password has given the tries back: together NIST's hundred a day.
_MOST_A_DAY = 50
_MOST_AT_A_CHAMBER = 1000  # an hour


@dataclass(frozen=True)
class Counts:
    """The limits on a login. A right password gives all of ``own`` back, of ``totals`` its own try, of ``network`` nothing."""

    own: list[Limit]
    totals: list[Limit]
    network: list[Limit]

    @property
    def limits(self) -> list[Limit]:
        return [*self.own, *self.totals, *self.network]


def counts(request: HttpRequest, account: Account | None, *, chamber_code: str, login_id: str) -> Counts:
    """The limits on a try at this ID from this browser. ``account`` is whom the ID belongs to, if there is such an ID."""
    of_id = names_begin(chamber_code, login_id)
    device, known = _read(request)
    if account is not None and _trust(account) in known:
        return Counts(password_limits(f"{of_id}device:{device}"), [limit(f"{of_id}devices", _MOST_A_DAY, DAY)], [])
    totals = [
        limit(f"{of_id}strangers", _MOST_A_DAY, DAY),
        limit(f"strangers:{name_of_chamber(chamber_code)}", _MOST_AT_A_CHAMBER, timedelta(hours=1)),
    ]
    return Counts(password_limits(f"{of_id}elsewhere"), totals, address_limits("login", address_of(request)))


def names_begin(chamber_code: str, login_id: str) -> str:
    """What all names begin with under which anything is counted that can lock this ID."""
    return f"id:{_digest('device', f'{chamber_code}:{login_id}')}:"


def name_of_chamber(code: str) -> str:
    """What stands for a chamber's code, as it was typed, in names: it may be a password."""
    return _digest("chamber", code)


def names_of(account: Account) -> str:
    """The same for an account."""
    return names_begin(account.chamber.code, account.login_id)


def remember(request: HttpRequest, response: HttpResponse, account: Account) -> None:
    """Notes in the browser that the ID has shown its present password in it. With the next password the note is void."""
    device, known = _read(request)
    marks = [_trust(account), *known]
    value = ".".join([device, *list(dict.fromkeys(marks))[:_MOST_IDS]])
    signed = signing.Signer(salt="device").sign(value)
    response.set_cookie(COOKIE, signed, max_age=LASTS, secure=request.is_secure(), httponly=True, samesite="Lax")


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        device, *known = signing.Signer(salt="device").unsign(request.COOKIES.get(COOKIE, "")).split(".")
    except signing.BadSignature:
        return secrets.token_hex(8), []
    return device, known


def _trust(account: Account) -> str:
    return _digest("trusted device", f"{account.pk}:{account.password}")


def _digest(salt: str, value: str) -> str:
    return salted_hmac(salt, value).hexdigest()[:32]
