"""People who look at lists: ours and the peers', over one database, each alone and waiting."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import Account as PortalAccount
from accounts.models import Kind
from accounts.sessions import SessionStore
from benchmarks.bench import Bench
from benchmarks.data import PEERS_SESSION
from benchmarks.load import Connection, WrongAnswer, latency, request
from benchmarks.measuring import OURS, Contender, Reading, median
from devtools.run import PORTAL

# With the indexes that suit icontains best, the first is tuned; the second also gives up its count, and so its last pages.
PAGINATOR, SHY_PAGINATOR = "tuned Paginator", "Paginator without counts"
# The admin knows no companies: it opens with everybody, and can then be asked for those of one.
ADMIN, TUNED_ADMIN, OPENED_ADMIN = "Django admin", "tuned Django admin", "tuned Django admin as it opens"
_TUNED_PATH = "/tuned-admin/lists/person/"
_ADMIN_PATHS = {ADMIN: "/usual-admin/lists/person/", TUNED_ADMIN: _TUNED_PATH, OPENED_ADMIN: _TUNED_PATH}


def browser_of(account: PortalAccount) -> Client:
    """A browser in this process in which the ID is logged in, a clerk with the second factor too."""
    session = SessionStore()
    session.start(account)
    if account.kind == Kind.STAFF:
        session.pass_second_factor()
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return browser


@dataclass(frozen=True)
class Account:
    """Somebody of ours who is logged in, in a database of the benchmarks."""

    cookie: str
    chamber_id: int
    registration_id: int | None


def log_in(address: str, login_id: str) -> Account:
    """Starts a session for the ID, with the second factor shown."""
    now = timezone.now()
    key = SessionStore()._get_new_session_key()
    with psycopg.connect(address) as database:
        query = "SELECT id, chamber_id, registration_id FROM accounts_account WHERE login_id = %s"
        found = database.execute(query, [login_id]).fetchone()
        assert found, login_id
        database.execute(
            "UPDATE accounts_session SET ended_because = 'second_login' WHERE account_id = %s AND ended_because = ''",
            found[:1],
        )
        database.execute(
            "INSERT INTO accounts_session (session_key, session_data, expire_date, started_at, account_id, ended_because,"
            " second_factor_at) VALUES (%s, %s, %s, %s, %s, '', %s)",
            [key, SessionStore().encode({}), now + timedelta(minutes=31), now, found[0], now],
        )
    return Account(f"{settings.SESSION_COOKIE_NAME}={key}", found[1], found[2])


@dataclass(frozen=True)
class Asker:
    """One contender and the place where its list is."""

    name: str
    connection: Connection
    path: str
    cookie: str

    def wants(self, query: str) -> bytes:
        return request(f"{self.path}?{query}", cookie=self.cookie)

    def take(self, query: str, times: int) -> Callable[[], Reading]:
        return partial(latency, self.connection, partial(self.wants, query), times, status=200)

    def finds(self, query: str) -> list[str]:
        """The login IDs on the page, in their order."""
        answer = self.connection.ask(self.wants(query))
        if answer.status != 200:
            raise WrongAnswer(f"{self.name} answered {answer.status} to {query}: {answer.head}")
        return list(dict.fromkeys(re.findall(r">(b7\d{8}x\d+)<", answer.body.decode())))


def asked_of_admin(*, term: str = "", page: int = 1, **fields: int) -> str:
    """The query of the admin's list, for what is of one chamber or one registration."""
    return "&".join(f"{name}={quote(str(value))}" for name, value in {**fields, "q": term, "p": page}.items())


@contextmanager
def askers(
    bench: Bench, address: str, *, login_id: str, path: str, same_page: dict[str, str], admins: tuple[str, ...]
) -> Iterator[tuple[Account, dict[str, Asker]]]:
    """We, the same page made another way (at the paths of ``same_page``) and the admins, over one database, each behind a web
    server of its own."""
    env = {"DATABASE_URL": address}
    account = log_in(address, login_id)
    with (
        bench.serve(PORTAL, workers=1, env=env) as ours,
        bench.serve("benchmarks.same_page.wsgi:application", workers=1, env=env) as same,
        bench.serve("benchmarks.peers.lists.wsgi:application", peer=True, workers=1, env=env) as theirs,
    ):
        sides = {OURS: Asker(OURS, Connection(ours.port), path, account.cookie)}
        for name, there in same_page.items():
            sides[name] = Asker(name, Connection(same.port), there, account.cookie)
        for name in admins:
            sides[name] = Asker(name, Connection(theirs.port), _ADMIN_PATHS[name], f"sessionid={PEERS_SESSION}")
        yield account, sides


Places = dict[int, tuple[Account, dict[str, Asker]]]  # by the number of accounts in the database
Taken = dict[tuple[str, int], list[Reading]]  # by the side and that number


def ask_all(
    bench: Bench,
    chart: str,
    places: Places,
    queries: dict[int, dict[str, str]],
    *,
    times: Callable[[str, int], int],
    number: int = 7,
) -> Taken:
    """All sides at all places, asked in turn; the medians become points of the chart. ``times`` is how often a side is asked
    in a reading at a place."""
    asked = {
        (side, size): places[size][1][side].take(query, bench.times(times(side, size)))
        for size, sides in queries.items()
        for side, query in sides.items()
    }
    taken = bench.rounds(*(Contender(f"{side} {size}", take) for (side, size), take in asked.items()), number=number)
    found = {(side, size): taken[f"{side} {size}"] for side, size in asked}
    for (side, size), readings in found.items():
        bench.report.point(chart, side, size, median(readings).ms)
    return found
