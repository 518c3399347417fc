"""What was typed survives the end of a session: it is kept for the same owner in the same browser, and fills the form again.

The owner is an account, or for a visitor the case that a mailed link has opened.

Nothing is saved by itself. The browser holds a random secret in a cookie; the database holds what was typed under a key made of
that secret, so that neither another browser nor whoever reads the database learns it. Passwords, codes, tokens and files are
never kept. It is gone after a day, after the form has been sent, and whenever the owner's sessions are ended on purpose.
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
from django.utils.http import escape_leading_slashes

from accounts.models import KeptInput
from foundation.typed_before import is_never_kept

COOKIE = "eco-kept"
KEPT = timedelta(days=1)
LONGEST = 64 * 1024  # bytes of one form
MOST = 10  # forms an owner
_LONGEST_PATH = 300
_NONCE = 12
_SECRET = re.compile(r"[0-9a-f]{64}")


def of_account(pk: int) -> str:
    """The account as an owner."""
    return f"account:{pk}"


def of_visit(visit: str) -> str:
    """A visitor's case as an owner."""
    return f"visit:{visit}" if visit else ""


def keep(request: HttpRequest, owner: str) -> tuple[str, str] | None:
    """Keeps what this request sends, for this owner in this browser. Returns the page where the form stands and the browser's
    secret; None where nothing was typed that may be kept."""
    typed = {name: values for name, values in request.POST.lists() if not is_never_kept(name)}
    content, page = json.dumps(typed).encode(), _page_of(request)
    has_words = any(value for name, values in typed.items() if name != "shown" for value in values)
    if not has_words or len(content) > LONGEST or max(len(page), len(request.path)) > _LONGEST_PATH:
        return None
    secret = _secret_of(request) or secrets.token_hex(32)
    nonce = secrets.token_bytes(_NONCE)
    KeptInput.objects.update_or_create(
        owner=owner,
        browser=_name_of(secret),
        target=request.path,
        defaults={
            "page": page,
            "content": nonce + AESGCM(_key_of(secret)).encrypt(nonce, content, _bound_to(owner, request.path)),
            "kept_at": timezone.now(),
        },
    )
    of_owner = KeptInput.objects.filter(owner=owner)
    newest = of_owner.order_by("-kept_at", "-pk").values_list("pk", flat=True)[:MOST]
    of_owner.exclude(pk__in=list(newest)).delete()
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


def kept_for(request: HttpRequest, owner: str) -> QueryDict | None:
    """What this owner typed in this browser into the page that it opens now, and has not sent again."""
    if not (secret := _secret_of(request)):
        return None
    row = _newest(owner, secret, page=request.path)
    if row is None:
        return None
    stored = bytes(row.content)
    try:
        content = AESGCM(_key_of(secret)).decrypt(stored[:_NONCE], stored[_NONCE:], _bound_to(owner, row.target))
    except InvalidTag:
        return None
    typed = QueryDict(mutable=True)
    for name, values in json.loads(content).items():
        typed.setlist(name, values)
    return typed


def page_to_go_on(request: HttpRequest, owner: str) -> str | None:
    """The page that waits in this browser with what its owner typed last."""
    secret = _secret_of(request)
    row = _newest(owner, secret) if secret else None
    return row.page if row else None


def forget_sent(request: HttpRequest, owner: str) -> None:
    """The form has been sent and taken: what was kept of it is no longer wanted."""
    if secret := _secret_of(request):
        KeptInput.objects.filter(owner=owner, browser=_name_of(secret), target=request.path).delete()


def discard(request: HttpRequest, owner: str, page: str) -> bool:
    """Deletes what the owner typed into this page in this browser. Returns whether there was anything."""
    of_page = KeptInput.objects.filter(owner=owner, browser=_name_of(_secret_of(request)), page=page)
    return of_page.delete()[0] > 0


def forget(owner: str) -> None:
    """The owner has gone on purpose."""
    KeptInput.objects.filter(owner=owner).delete()


def forget_old() -> None:
    """Deletes what nobody came back for."""
    KeptInput.objects.filter(kept_at__lt=timezone.now() - KEPT).delete()


def _newest(owner: str, secret: str, **of: str) -> KeptInput | None:
    kept = KeptInput.objects.filter(owner=owner, browser=_name_of(secret), kept_at__gt=timezone.now() - KEPT, **of)
    return kept.order_by("-kept_at").first()


def _page_of(request: HttpRequest) -> str:
    """Where the form stood: the page that sent it, or the address that it was sent to. Never what is another site's name."""
    sender = urlsplit(request.headers.get("Referer", ""))
    is_ours = sender.netloc == request.get_host() and sender.path
    return escape_leading_slashes(sender.path) if is_ours else request.path


def _secret_of(request: HttpRequest) -> str:
    held = request.COOKIES.get(COOKIE, "")
    return held if _SECRET.fullmatch(held) else ""


def _name_of(secret: str) -> str:
    return hashlib.sha256(f"browser {secret}".encode()).hexdigest()


def _key_of(secret: str) -> bytes:
    return hmac.digest(bytes.fromhex(secret), b"accounts.kept_input", "sha256")


def _bound_to(owner: str, target: str) -> bytes:
    return f"{owner} {target}".encode()
