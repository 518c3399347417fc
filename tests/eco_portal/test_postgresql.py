"""A kept connection that the server has closed is noticed before a page uses it."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from foundation.environment import database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session_id() -> Iterator[int]:
    """The database session of this thread, kept open between requests as in a web server."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        yield cursor.fetchone()[0]
    connection.close()


def _end(session_id: int) -> None:
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [session_id])
    other.close()


def test_a_connection_that_the_server_has_closed_is_not_usable(session_id: int) -> None:
    assert connection.is_usable()
    _end(session_id)
    assert not connection.is_usable()


def test_what_the_server_said_meanwhile_does_not_end_the_connection(session_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("LISTEN told")
        cursor.execute("NOTIFY told")
    assert connection.is_usable()
    assert connection.is_usable()


def test_a_closed_connection_or_one_in_a_failed_transaction_is_not_usable(session_id: int) -> None:
    kept = connection.connection
    kept.execute("BEGIN")
    with pytest.raises(psycopg.errors.UndefinedTable):
        kept.execute("SELECT * FROM no_such_table")
    assert not connection.is_usable()
    kept.close()
    assert not connection.is_usable()


def test_a_page_after_the_server_has_closed_the_connection_is_served(session_id: int, client: Client) -> None:
    connection.health_check_enabled = True
    connection.health_check_done = False
    _end(session_id)
    assert client.get("/readyz").status_code == 200


def test_the_portal_uses_it() -> None:
    assert settings.DATABASES["default"]["CONN_HEALTH_CHECKS"]
    assert database("DATABASE_URL")["ENGINE"] == "eco_portal.postgresql"
