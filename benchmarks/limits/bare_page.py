"""The least that a page for somebody who is logged in takes: one question to the database, one template, no framework."""

import os
import threading
from collections.abc import Callable, Iterable
from string import Template
from typing import Any

import psycopg

_WHOSE = """
SELECT account.name FROM accounts_session session JOIN accounts_account account ON account.id = session.account_id
WHERE session_key = %s AND ended_because = '' AND expire_date > now() AND account.status = 'active'
"""
_PAGE = Template("<p>Hello, $name.</p>\n")
_own = threading.local()


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/healthz":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]
    key = environ["HTTP_COOKIE"].partition("=")[2]
    found = _connection().execute(_WHOSE, [key], prepare=True).fetchone()
    if found is None:
        start_response("403 Forbidden", [("Content-Type", "text/plain")])
        return [b"nobody"]
    page = _PAGE.substitute(name=found[0]).encode()
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))])
    return [page]


def _connection() -> psycopg.Connection[Any]:
    """One a thread, kept."""
    if not hasattr(_own, "connection"):
        _own.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    return _own.connection  # type: ignore[no-any-return]
