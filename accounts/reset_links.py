"""The one-time link for a forgotten password. Nothing secret is stored: the link is computed from the request and the account."""

import uuid

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import Account, PasswordReset


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


def _proof(reset: PasswordReset, account: Account) -> str:
    said = f"{reset.public_id}|{account.pk}|{account.password}|{account.email}"
    return salted_hmac("password reset", said, algorithm="sha256").hexdigest()[:40]
