"""What was typed survives the end of a session: it is kept for the same account in the same browser, and fills the form again.

Nothing is saved by itself. The browser holds a random secret in a cookie; the database holds what was typed under a key made of
that secret, so that neither another browser nor whoever reads the database learns it. Passwords, codes, tokens and files are
never kept. It is gone after a day, after the form has been sent, and whenever the account's sessions are ended on purpose.
"""

import hashlib
import hmac
import json
import re
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from accounts.models import Account, KeptInput

COOKIE = "eco-kept"
KEPT = timedelta(days=1)
LONGEST = 64 * 1024  # bytes of one form
MOST = 10  # forms an account
_LONGEST_PATH = 300
_NONCE = 12
_SECRET = re.compile(r"[0-9a-f]{64}")
# A postal code is none of the codes that prove something.
_NEVER = re.compile(r"password|secret|token|(?<!postal_)code$", re.IGNORECASE)


def is_never_kept(field: str) -> bool:
    """Whether a field of this name holds what only the person may hold."""
    return _NEVER.search(field) is not None


def keep(request: HttpRequest, account: Account) -> tuple[str, str] | None:
    """Keeps what this request sends, for this account in this browser. Returns the page where the form stands and the browser's
    secret; None where nothing was typed that may be kept."""
    typed = {name: values for name, values in request.POST.lists() if not is_never_kept(name)}
    content, page = json.dumps(typed).encode(), _page_of(request)
    has_words = any(value for name, values in typed.items() if name != "shown" for value in values)
    if not has_words or len(content) > LONGEST or max(len(page), len(request.path)) > _LONGEST_PATH:
        return None
    secret = _secret_of(request) or secrets.token_hex(32)
    nonce = secrets.token_bytes(_NONCE)
    KeptInput.objects.update_or_create(
        account=account,
        browser=_name_of(secret),
        target=request.path,
        defaults={
            "page": page,
            "content": nonce + AESGCM(_key_of(secret)).encrypt(nonce, content, _bound_to(account, request.path)),
            "kept_at": timezone.now(),
        },
    )
    of_account = KeptInput.objects.filter(account=account)
    newest = of_account.order_by("-kept_at", "-pk").values_list("pk", flat=True)[:MOST]
    of_account.exclude(pk__in=list(newest)).delete()
    return page, secret


def give_secret(response: HttpResponse, secret: str) -> None:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def kept_for(request: HttpRequest, account: Account) -> QueryDict | None:
    """What this account typed in this browser into the page that it opens now, and has not sent again."""
    if not (secret := _secret_of(request)):
        return None
    of_page = KeptInput.objects.filter(account=account, browser=_name_of(secret), page=request.path)
    row = of_page.filter(kept_at__gt=timezone.now() - KEPT).order_by("-kept_at").first()
    if row is None:
        return None
    stored = bytes(row.content)
    try:
        content = AESGCM(_key_of(secret)).decrypt(stored[:_NONCE], stored[_NONCE:], _bound_to(account, row.target))
    except InvalidTag:
        return None
    typed = QueryDict(mutable=True)
    for name, values in json.loads(content).items():
        typed.setlist(name, values)
    return typed


def forget_sent(request: HttpRequest, account: Account) -> None:
    """The form has been sent and taken: what was kept of it is no longer wanted."""
    if secret := _secret_of(request):
        KeptInput.objects.filter(account=account, browser=_name_of(secret), target=request.path).delete()


def forget_old() -> None:
    """Deletes what nobody came back for."""
    KeptInput.objects.filter(kept_at__lt=timezone.now() - KEPT).delete()


def _page_of(request: HttpRequest) -> str:
    """Where the form stood: the page that sent it, or the address that it was sent to."""
    sender = urlsplit(request.headers.get("Referer", ""))
    return sender.path if sender.netloc == request.get_host() and sender.path else request.path


def _secret_of(request: HttpRequest) -> str:
    held = request.COOKIES.get(COOKIE, "")
    return held if _SECRET.fullmatch(held) else ""


def _name_of(secret: str) -> str:
    return hashlib.sha256(f"browser {secret}".encode()).hexdigest()


def _key_of(secret: str) -> bytes:
    return hmac.digest(bytes.fromhex(secret), b"accounts.kept_input", "sha256")


def _bound_to(account: Account, target: str) -> bytes:
    return f"{account.pk} {target}".encode()
