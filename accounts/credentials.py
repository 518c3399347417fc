"""Whose chamber code, ID and password these are."""

from django.contrib.auth.hashers import make_password

from accounts.models import Account
from accounts.passwords import canonical

# What decides about a login; the rest of the four rows is left where it is.
_NEEDED = (
    "chamber__code",
    "registration__status",
    "parent__status",
    "kind",
    "role",
    "status",
    "login_id",
    "password",
    "password_origin",
    "password_set_at",
)


def account_with(*, chamber_code: str, login_id: str, password: str) -> Account | None:
    """The usable account with this password. Computes exactly one hash, whether the ID exists or not."""
    joined = Account.objects.select_related("chamber", "registration", "parent").only(*_NEEDED)
    account = next(iter(joined.filter(chamber__code=chamber_code, login_id=login_id)), None)
    if account is None or not account.has_usable_password() or not account.may_enter_here:
        make_password(canonical(password))
        return None
    if not account.check_password(canonical(password)):
        return None
    return account if account.is_usable and not account.is_password_expired else None
