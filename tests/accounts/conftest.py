"""Counted hashes, filling in the login page, and the clerks' telephone."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from accounts.models import Account
from tests.factories import PASSWORD
from tests.support.hashing import QuickHasher


class CountingHasher(QuickHasher):
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


# The telephone of every clerk in these tests.
TELEPHONE_KEY = "3132333435363738393031323334353637383930"


def give_telephone(account: Account) -> None:
    """The clerk has set up a second factor."""
    TOTPDevice.objects.create(user=account, name="telephone", key=TELEPHONE_KEY)


def code_now(*, steps: int = 0, key: str = TELEPHONE_KEY) -> str:
    """What the telephone shows now, or so many steps of 30 seconds later."""
    return f"{totp(bytes.fromhex(key), drift=steps):06}"


def log_in(client: Client, account: Account, password: str = PASSWORD, *, to: str = "") -> HttpResponse:
    """Sends the login page for the account."""
    typed = {"chamber_code": account.chamber.code, "login_id": account.login_id, "password": password}
    return client.post(reverse("login") + (f"?next={to}" if to else ""), typed)
