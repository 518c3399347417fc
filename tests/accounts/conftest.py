"""Simultaneous work, counted hashes, and filling in the login page."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Account
from accounts.passwords import Argon2idHasher
from tests.factories import PASSWORD

Result = TypeVar("Result")


class CountingHasher(Argon2idHasher):
    """Argon2id that counts how often it ran."""

    runs = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.runs += 1
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        CountingHasher.runs += 1
        return super().verify(password, encoded)


@pytest.fixture
def hashes(settings: Settings) -> type[CountingHasher]:
    """How many Argon2 hashes were computed since the test set ``runs`` to 0."""
    settings.PASSWORD_HASHERS = [f"{CountingHasher.__module__}.{CountingHasher.__name__}"]
    CountingHasher.runs = 0
    return CountingHasher


def at_once(times: int, work: Callable[[], Result]) -> list[Result]:
    """Does the work in as many threads, all starting at the same moment, each with its own database connection."""
    start = Barrier(times)

    def one() -> Result:
        start.wait()
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return [future.result() for future in [pool.submit(one) for _ in range(times)]]


def log_in(client: Client, account: Account, password: str = PASSWORD, *, to: str = "") -> HttpResponse:
    """Sends the login page for the account."""
    typed = {"chamber_code": account.chamber.code, "login_id": account.login_id, "password": password}
    return client.post(reverse("login") + (f"?next={to}" if to else ""), typed)
