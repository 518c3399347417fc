"""Login, beside the Argon2 verification that it cannot do without."""

from django.contrib.auth.hashers import check_password, make_password
from django.test import Client

from accounts.models import Account
from benchmarks.rounds import compare, cpu_ms, show
from demo.companies import PASSWORD


def run() -> None:
    """CPU of the web process from the POST to the redirect with the session's cookie."""
    encoded = make_password(PASSWORD)
    account = Account.objects.get_queryset().get(login_id="echigoAdmin")

    addresses = (f"10.{i}.{j}.1" for i in range(250) for j in range(250))  # one address may not try so often

    def log_in() -> None:
        typed = {"chamber_code": "801", "login_id": account.login_id, "password": PASSWORD}
        response = Client(REMOTE_ADDR=next(addresses)).post("/login/", typed)
        assert response.status_code == 302, response.status_code

    ratio = compare(log_in, lambda: check_password(PASSWORD, encoded), measure=cpu_ms, times=20, rounds=7)
    show("login (CPU) / Argon2 alone", ratio, target=1.25)
