"""Logging in with chamber code, ID and password."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts.models import Account
from accounts.passwords import canonical


class ChamberBackend(BaseBackend):
    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,
        chamber_code: str | None = None,
        login_id: str | None = None,
        password: str | None = None,
    ) -> Account | None:
        """The usable account with this password. Computes exactly one hash, whether the ID exists or not."""
        if chamber_code is None or login_id is None or password is None:
            return None
        found = Account.objects.select_related("chamber", "registration", "parent").filter(
            chamber__code=chamber_code, login_id=login_id
        )
        account = next(iter(found), None)
        if account is None or not account.has_usable_password():
            make_password(canonical(password))
            return None
        if not account.check_password(canonical(password)):
            return None
        return account if account.is_usable and not account.is_password_expired else None

    def get_user(self, user_id: int) -> Account | None:
        """Required by Django; the session brings its account itself (accounts/sessions.py)."""
        return Account.objects.get_queryset().filter(pk=user_id).first()
