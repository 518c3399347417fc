"""Login, beside the Argon2 verification that it cannot do without."""

import io
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.hashers import check_password, make_password
from django.utils.crypto import get_random_string

from benchmarks.bench import Bench
from benchmarks.measuring import Contender, cpu
from demo.clerks import PASSWORD
from eco_portal.wsgi import application


def run(bench: Bench) -> None:
    """CPU of the web process from the POST to the redirect with the session's cookie."""
    encoded = make_password(PASSWORD)
    addresses = _addresses()

    def log_in() -> None:
        answered: list[str] = []

        def start_response(status: str, headers: Any, exc_info: Any = None, /) -> Any:
            answered.append(status)

        application(_post(next(addresses)), start_response)
        assert answered == ["302 Found"], answered

    times = bench.times(20)
    taken = bench.rounds(
        Contender("ours", partial(cpu, log_in, times)),
        Contender("Argon2 alone", partial(cpu, lambda: check_password(PASSWORD, encoded), times)),
        number=11,
    )
    bench.report.faster("login, CPU", taken["ours"], "Argon2 alone", taken["Argon2 alone"], at_least=0.8, is_limit=True)


def _addresses() -> Iterator[str]:
    """One address may not try as often as a benchmark does."""
    return (f"10.{i}.{j}.{k}" for i in range(250) for j in range(250) for k in range(250))


_SECRET = get_random_string(32)
_BODY = urlencode(
    {
        "csrfmiddlewaretoken": _SECRET,
        "chamber_code": "801",
        "login_id": "echigoAdmin",
        "password": PASSWORD,
    }
).encode()


def _post(address: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/login/",
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": address,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(_BODY)),
        "HTTP_HOST": "testserver",
        "HTTP_COOKIE": f"eco-csrf={_SECRET}",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(_BODY),
        "wsgi.errors": io.StringIO(),
    }
