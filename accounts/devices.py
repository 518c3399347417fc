"""A browser in which an ID has logged in before keeps its own count of wrong passwords.

So a stranger who guesses at an ID from elsewhere cannot lock its owner out on the day of a shipment.
"""

import secrets

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "eco-device"
LASTS = 365 * 24 * 60 * 60  # seconds
_MOST_IDS = 20


def limit_name(request: HttpRequest, chamber_code: str, login_id: str) -> str:
    """Under which name the attempts on this ID from this browser are counted."""
    device, known = _read(request)
    where = f"device:{device}" if _mark(chamber_code, login_id) in known else "elsewhere"
    return names_begin(chamber_code, login_id) + where


def names_begin(chamber_code: str, login_id: str) -> str:
    """What all names begin with under which attempts on this ID are counted, whatever the browser."""
    return f"login:{_mark(chamber_code, login_id)}:"


def remember(request: HttpRequest, response: HttpResponse, chamber_code: str, login_id: str) -> None:
    """Notes in the browser that this ID has logged in from it."""
    device, known = _read(request)
    marks = [_mark(chamber_code, login_id), *known]
    value = ".".join([device, *list(dict.fromkeys(marks))[:_MOST_IDS]])
    signed = signing.Signer(salt="device").sign(value)
    response.set_cookie(COOKIE, signed, max_age=LASTS, secure=request.is_secure(), httponly=True, samesite="Lax")


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        device, *known = signing.Signer(salt="device").unsign(request.COOKIES.get(COOKIE, "")).split(".")
    except signing.BadSignature:
        return secrets.token_hex(8), []
    return device, known


def _mark(chamber_code: str, login_id: str) -> str:
    return salted_hmac("device", f"{chamber_code}:{login_id}").hexdigest()[:32]
