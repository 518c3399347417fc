"""The clerk's queue with 20,000 cases waiting at the chamber, beside the same page with 200."""

from collections.abc import Callable
from functools import partial

from django.db import connection, transaction
from django.test import Client

from accounts.models import Account, Kind, PasswordOrigin, Role
from benchmarks.bench import Bench
from benchmarks.measuring import Contender, wall
from benchmarks.people import browser_of
from chambers.models import Chamber

_FEW, _MANY = 200, 20_000
_PAGES = {"first page": "/staff/", "new ones": "/staff/?tab=new", "corrected ones": "/staff/?tab=corrected"}
_FILL = """
INSERT INTO casework_case (
  public_id, chamber_id, kind, status, receipt_number, company_name, found_by, created_at, submitted_at, waiting_since,
  submissions, changes, content_sent)
SELECT gen_random_uuid(), %(chamber)s, 'new', 'submitted', 'bench-' || %(chamber)s || '-' || n, '輸出商事' || n,
  'Export Co ' || n || E'\\n港 花子\\nc' || n || '@example.jp', now(), now() - n * interval '1 minute',
  now() - n * interval '1 minute', 1 + (n %% 5 = 0)::int, '{}', ''
FROM generate_series(1, %(cases)s) n
"""


def run(bench: Bench) -> None:
    """Both chambers stand in one database; the pages are asked for in turn."""
    few, many = _desk("9001", _FEW), _desk("9002", _MANY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE casework_case")
    for name, url in _PAGES.items():
        asks = {
            size: partial(wall, _asks(client, url), bench.times(20)) for size, client in ((_FEW, few), (_MANY, many))
        }
        taken = bench.rounds(*(Contender(str(size), take) for size, take in asks.items()))
        bench.report.longer(
            f"desk, {name}, {_MANY:,} waiting",
            taken[str(_MANY)],
            f"ours, {_FEW} waiting",
            taken[str(_FEW)],
            at_most=2.0,
        )


def _asks(client: Client, url: str) -> Callable[[], None]:
    def ask() -> None:
        assert client.get(url).status_code == 200

    return ask


def _desk(code: str, cases: int) -> Client:
    """The browser of a clerk at a chamber where so many cases wait."""
    chamber, is_new = Chamber.objects.get_or_create(
        code=code,
        defaults={
            "name": "測定商工会議所",
            "name_en": "Bench",
            "postal_code": "950-0000",
            "address": "新潟",
            "email": "a@example.jp",
        },
    )
    if is_new:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")  # so many cases at once are no page's work
            cursor.execute(_FILL, {"chamber": chamber.pk, "cases": cases})
    clerk, _new = Account.objects.get_or_create(
        chamber=chamber,
        login_id="benchClerk",
        defaults={
            "kind": Kind.STAFF,
            "role": Role.REVIEWER,
            "name": "測定 一郎",
            "email": "clerk@example.jp",
            "password": "!",
            "password_origin": PasswordOrigin.OWN,
        },
    )
    return browser_of(clerk)
