"""The one-time link for a forgotten password. Nothing secret is stored: the link is computed from the request and the account."""

import uuid
from datetime import timedelta

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts import devices, throttle
from accounts.models import Account, PasswordReset
from accounts.throttle import Limit


def link_for(reset: PasswordReset, account: Account, *, origin: str) -> str:
    """The address to mail, on the site ``origin``. It dies with the next change of password or address."""
    return origin + reverse("reset_password", args=[reset.public_id, _proof(reset, account)])


def opened_by(public_id: uuid.UUID, proof: str) -> tuple[PasswordReset, Account] | None:
    """The open request and its account that this link belongs to; None for a used, old or wrong link."""
    reset = PasswordReset.objects.filter(public_id=public_id).first()
    account = reset.account() if reset and reset.is_open else None
    if reset and account and constant_time_compare(proof, _proof(reset, account)):
        return reset, account
    return None


def limits_on_resets(*, chamber_code: str, login_id: str, email: str, address: str) -> tuple[list[Limit], list[Limit]]:
    """The limits on who asks for a link from a network address, and on all who ask for the same ID and mailbox together.

    Strangers who do not know the mailbox count elsewhere. Of those who know it, all together have 4 links made in 20 minutes:
    whoever is refused then was mailed one that is good for ten minutes at least.
    """
    pair = f"{devices.names_begin(chamber_code, login_id)}forgotten:{throttle.key_of_mailbox(email)}"
    of_asker = throttle.password_limits(f"{pair}:{throttle.network_of(address)}")
    of_all = [throttle.limit(f"{pair}:all", 4, timedelta(minutes=20))]
    return [*of_asker, *throttle.address_limits("forgotten", address)], of_all


def _proof(reset: PasswordReset, account: Account) -> str:
    said = f"{reset.public_id}|{account.pk}|{account.password}|{account.email}"
    return salted_hmac("password reset", said, algorithm="sha256").hexdigest()[:40]
