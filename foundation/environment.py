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


def switch(name: str, default: str = "0") -> bool:
    """A variable that is 1 (on) or 0 (off). Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name, default)
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
        "ENGINE": "eco_portal.postgresql",
        "NAME": url.path.removeprefix("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": socket_folder or url.hostname or "",
        "PORT": str(url.port or ""),
    }


_SMTP_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def smtp(name: str, default: str) -> dict[str, Any]:
    """The variable's ``smtp://user:password@host:port?timeout=10`` as Django's settings; the time-out is in seconds.

    ``smtp+starttls://`` asks for TLS before the password, ``smtps://`` speaks TLS from the first byte.
    """
    url = urlsplit(os.environ.get(name, default))
    timeout = parse_qs(url.query).get("timeout", ["10"])[0]
    if url.scheme not in _SMTP_PORTS or not url.hostname or not timeout.isdecimal():
        raise ImproperlyConfigured(f"{name} must be an smtp://, smtp+starttls:// or smtps:// address.")
    return {
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or _SMTP_PORTS[url.scheme],
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_TLS": url.scheme == "smtp+starttls",
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_TIMEOUT": int(timeout),
    }
