"""Whose chamber code, ID and password these are."""

from django.contrib.auth.hashers import make_password

from accounts.models import Account
from accounts.passwords import canonical
from foundation.prepared import Prepared

# What decides about a login; the rest of the four rows is left where it is.
_NEEDED = (
    "chamber__code",
    "registration__status",
    "parent__status",
    "kind",
    "role",
    "status",
    "email_verified_at",
    "login_id",
    "password",
    "password_origin",
    "password_set_at",
    "first_login_at",
)
_JOINED = ("chamber", "registration", "parent")
_ACCOUNT = Prepared(
    "account_at_login",
    lambda code, login_id: (
        Account.objects.select_related(*_JOINED).only(*_NEEDED).filter(chamber__code=code, login_id=login_id)
    ),
    values=2,
)


def account_called(*, chamber_code: str, login_id: str) -> Account | None:
    """Whom the ID belongs to."""
    return _ACCOUNT.first(chamber_code, login_id)


def opens(account: Account | None, password: str) -> bool:
    """Whether the account may come in with this password. Computes exactly one hash, whether there is such an ID or not."""
    if account is None or not account.has_usable_password() or not account.may_enter_here:
        make_password(canonical(password))
        return False
    return account.has_password(password) and account.is_usable and not account.is_password_expired
