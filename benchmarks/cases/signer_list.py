"""An administrator's signer list, with a thousand and with a million accounts in the database."""

import statistics

from django.conf import settings
from django.test import Client

from accounts.models import Account
from accounts.sessions import SessionStore
from benchmarks.data import fill
from benchmarks.rounds import Ratio, show, wall_ms

_SIZES = (1_000, 10_000, 100_000, 1_000_000)
_PAGES = {"first page": "/signers/", "search": "/signers/?name=佐藤&sub_ids=1", "no match": "/signers/?email=zzqq"}


def run(sizes: tuple[int, ...] = _SIZES) -> None:
    """The same pages as the database grows; one company has 10 signers throughout."""
    client = _administrator()
    smallest: dict[str, float] = {}
    for size in sizes:
        fill(size)
        for name, url in _PAGES.items():
            client.get(url)
            measured = [wall_ms(lambda url=url: client.get(url), 10) for _round in range(7)]  # type: ignore[misc]
            median = statistics.median(measured)
            base = smallest.setdefault(name, median)
            ratio = Ratio(median / base, min(measured) / base, max(measured) / base, median, base)
            show(f"signer list, {name}, {size:,} accounts", ratio, target=3.0)


def _administrator() -> Client:
    session = SessionStore()
    session.start(Account.objects.get_queryset().get(login_id="echigoAdmin"))
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client
