"""Our login and the peers', and the people who use them."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import Account, PasswordOrigin
from benchmarks.bench import PEER_PYTHON, Bench
from benchmarks.company import company, new_signers
from benchmarks.load import Answer, Connection, WrongAnswer, request
from demo.clerks import PASSWORD
from devtools.environment import ROOT
from foundation.proxy import ADDRESS_HEADER

PEERS_SESSION = "benchmarkspeerssession0000000000"
PEERS_SITE = "benchmarks.peers.site.wsgi:application"
# Everybody comes from an address of their own, which the servers learn as from a proxy.
BEHIND_PROXY = {"ECO_BEHIND_PROXY": "1"}
WITH_ALLAUTH = {"PEERS_SITE": "allauth"}

# What a browser keeps since the login page.
CSRF = "c" * 32
_addresses = (f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in count())


@dataclass(frozen=True)
class Door:
    """A login form: its address, its cookies, and what it calls the ID; beside that, what it wants to know of everybody."""

    path: str
    csrf_cookie: str
    session_cookie: str
    id_field: str
    also: tuple[tuple[str, str], ...] = ()

    def enter(self, login_id: str) -> bytes:
        """The form as a browser sends it, with the right password."""
        form = {"csrfmiddlewaretoken": CSRF, **dict(self.also), self.id_field: login_id, "password": PASSWORD}
        cookie, address = f"{self.csrf_cookie}={CSRF}", f"{ADDRESS_HEADER}: {next(_addresses)}"
        return request(self.path, cookie=cookie, body=urlencode(form).encode(), headers=(address,))

    def session(self, answer: Answer) -> str:
        """The cookie of the session that the answer begins. Raises WrongAnswer when it begins none."""
        key = answer.cookie(self.session_cookie)
        if answer.status != 302 or not key:
            raise WrongAnswer(f"Not logged in at {self.path}: {answer.head}\n{answer.body[:2000].decode()}")
        return f"{self.session_cookie}={key}"

    def opens(self, port: int, login_id: str, *, page: str) -> None:
        """Raises WrongAnswer unless the ID's way in leads to the page, and lets it be seen."""
        connection = Connection(port)
        entered = connection.ask(self.enter(login_id))
        cookie, leads_to = self.session(entered), led_to(entered)
        seen = connection.ask(request(leads_to, cookie=cookie))
        connection.close()
        if leads_to != page or seen.status != 200:
            raise WrongAnswer(f"{login_id} came to {leads_to}, which answered {seen.status}")


OUR_DOOR = Door("/login/", "eco-csrf", "eco-session", "login_id", also=(("chamber_code", "801"),))
DJANGOS_DOOR = Door("/accounts/login/", "csrftoken", "sessionid", "username")
ALLAUTHS_DOOR = Door("/accounts/login/", "csrftoken", "sessionid", "login")


def led_to(answer: Answer) -> str:
    """Where the answer sends the browser."""
    for line in answer.head.split("\r\n"):
        if line.lower().startswith("location: "):
            return line.split(" ", 1)[1]
    raise WrongAnswer(f"The answer leads nowhere: {answer.head}")


def make_peers(bench: Bench, *, known: int = 1, new: int = 0) -> None:
    """The peers' tables, with so many people whose mailbox is proved and so many whose is not."""
    command = [str(PEER_PYTHON), "-m", "benchmarks.peers.site", PEERS_SESSION, make_password(PASSWORD)]
    if subprocess.call([*command, str(known), str(new)], cwd=ROOT, env=bench.env):
        raise WrongAnswer("The peers' tables could not be made.")


def make_known(registration_number: str, number: int) -> None:
    """Signers of ours who have logged in before, called as the peers call theirs: benchKnown0, benchKnown1 ..."""
    now = timezone.now()
    _make(registration_number, number, "benchKnown", origin=PasswordOrigin.OWN)
    known = Account.objects.get_queryset().filter(registration__registration_number=registration_number)
    known.update(email_verified_at=now, first_login_at=now, last_login_at=now)


def make_new(registration_number: str, number: int) -> None:
    """Signers of ours with a password from paper, who have never logged in: benchNew0, benchNew1 ..."""
    _make(registration_number, number, "benchNew", origin=PasswordOrigin.INITIAL)


def _make(registration_number: str, number: int, prefix: str, *, origin: PasswordOrigin) -> None:
    made = new_signers(company(registration_number), number, prefix=prefix)
    rows = Account.objects.get_queryset().filter(pk__in=[each.pk for each in made])
    rows.update(password=make_password(PASSWORD), password_origin=origin, password_set_at=timezone.now())


def everybody(prefix: str, number: int) -> Iterator[str]:
    """Their IDs, over and over: nobody comes back before all the others came."""
    return (f"{prefix}{each % number}" for each in count())


def coming(door: Door, login_ids: Iterator[str]) -> Callable[[], bytes]:
    """One after the other they send the form."""
    return lambda: door.enter(next(login_ids))
