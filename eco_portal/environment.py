"""Reading the settings from the environment: what is missing or wrong stops the start with one clear sentence."""

import os
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def required(name: str) -> str:
    """The variable's value. Raises ImproperlyConfigured when it is not set."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. README.md lists the settings.")
    return value


def optional(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def switch(name: str) -> bool:
    """A variable that is 1 (on) or 0 or absent (off). Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name, "0")
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated variable as a list without empty items."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def database(name: str) -> dict[str, Any]:
    """The variable's ``postgresql://user:password@host:port/name`` as a Django database; ``?host=/folder`` names a socket."""
    url = urlsplit(required(name))
    if url.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(f"{name} must be a postgresql:// address.")
    socket_folder = parse_qs(url.query).get("host", [""])[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.removeprefix("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": socket_folder or url.hostname or "",
        "PORT": str(url.port or ""),
    }


def smtp(name: str, default: str) -> dict[str, Any]:
    """The variable's ``smtp://user:password@host:port`` (``smtps://`` for TLS from the first byte) as Django's settings."""
    url = urlsplit(os.environ.get(name, default))
    if url.scheme not in ("smtp", "smtps") or not url.hostname:
        raise ImproperlyConfigured(f"{name} must be an smtp:// or smtps:// address.")
    return {
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or (465 if url.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_SSL": url.scheme == "smtps",
    }
