"""The first login of a signer, which mails a code: one person at a time, beside a package that mails inside the request.

The clock stops when the code is on its way: for us when the page that asks for it has come, because opening it is what makes
the code due; for the peer with the answer to the form, which it gives once the relay has taken the mail. What the peer's
person waits for until the page stands there too is told beside.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks.bench import Bench, Served, free_port
from benchmarks.conversation import Answerer, conversation
from benchmarks.entering import (
    ALLAUTHS_DOOR,
    BEHIND_PROXY,
    OUR_DOOR,
    PEERS_SITE,
    WITH_ALLAUTH,
    Door,
    led_to,
    make_new,
    make_peers,
)
from benchmarks.letters import each_once, forget_other_mail, wait_for
from benchmarks.load import Answer, Connection, WrongAnswer, request
from benchmarks.measuring import OURS, Contender, Reading
from benchmarks.tuned_argon2 import TUNED, builds
from devtools.environment import PYTHON
from devtools.run import PORTAL

_ALLAUTH = "django-allauth"
_LOGINS = 12  # in a reading
# Seconds until the relay has taken a mail, and at least so many times as fast as the peer.
_TARGETS = {0.0: 2.0, 0.1: 5.0}
_ROUNDS = 5


def run(bench: Bench) -> None:
    """Everybody is somebody who has never been here. No mail may be lost."""
    port = free_port()
    mail = {"ECO_SMTP_URL": f"smtp://127.0.0.1:{port}"}
    envs = builds(bench.report)
    people = bench.times(_LOGINS) * (_ROUNDS + 1) * len(_TARGETS) * len(envs)
    make_new("801000106", people)
    make_peers(bench, new=people)
    forget_other_mail()
    with ExitStack() as stack:
        log = bench.processes.logs / "smtp_sink.log"
        talk = conversation(PYTHON, "benchmarks.limits.smtp_sink", str(port), log=log, env=bench.env)
        sink = stack.enter_context(talk)
        stack.enter_context(bench.mailing(mail))
        ours, theirs = _ids(people), _ids(people)
        arrivals = {}
        for build, env in envs.items():
            portal = stack.enter_context(bench.serve(PORTAL, env={**env, **BEHIND_PROXY}))
            allauth = stack.enter_context(bench.serve(PEERS_SITE, peer=True, env={**env, **mail, **WITH_ALLAUTH}))
            arrivals[OURS + build] = _Arrivals(portal, OUR_DOOR, ours, bench.times(_LOGINS), mails_at_once=False)
            arrivals[_ALLAUTH + build] = _Arrivals(
                allauth, ALLAUTHS_DOOR, theirs, bench.times(_LOGINS), mails_at_once=True
            )
        for delay in _TARGETS:
            sink.ask(delay)
            _measure(bench, delay, arrivals, list(envs))
        _nothing_is_lost(bench, sink, [address for each in arrivals.values() for address in each.came])


class _Arrivals:
    """People who come to one server for the first time, one after the other."""

    def __init__(self, served: Served, door: Door, ids: Iterator[str], times: int, *, mails_at_once: bool) -> None:
        self._door, self._ids, self._times = door, ids, times
        self._connection = Connection(served.port)
        self._mails_at_once = mails_at_once
        self.came: list[str] = []
        self.pages: list[Reading] = []

    def take(self) -> Reading:
        """The median wait until the code is on its way; ``pages`` has that until the page that asks for it."""
        waits = [self._arrive(next(self._ids)) for _each in range(self._times)]
        self.pages.append(Reading(statistics.median(page for _code, page in waits)))
        return Reading(statistics.median(code for code, _page in waits))

    def _arrive(self, login_id: str) -> tuple[float, float]:
        """Milliseconds until the code is on its way, and until the page that asks for it."""
        started = time.perf_counter()
        answer = self._connection.ask(self._door.enter(login_id))
        answered = time.perf_counter()
        page = self._follow(answer)
        ended = time.perf_counter()
        if b'name="code"' not in page.body:
            raise WrongAnswer(f"{login_id} is not asked for a code: {page.body[:2000].decode()}")
        # Our addresses have the ID's capitals, the peer's have not.
        self.came.append(f"{login_id.lower() if self._mails_at_once else login_id}@example.jp")
        on_its_way = answered if self._mails_at_once else ended
        return (on_its_way - started) * 1000, (ended - started) * 1000

    def _follow(self, answer: Answer) -> Answer:
        cookie = self._door.session(answer)
        while answer.status == 302:
            answer = self._connection.ask(request(led_to(answer), cookie=cookie))
        if answer.status != 200:
            raise WrongAnswer(f"{answer.status}: {answer.head}")
        return answer


def _ids(number: int) -> Iterator[str]:
    return (f"benchNew{each}" for each in range(number))


def _measure(bench: Bench, delay: float, arrivals: dict[str, _Arrivals], names: list[str]) -> None:
    for each in arrivals.values():
        each.pages.clear()
    taken = bench.rounds(*(Contender(name, each.take) for name, each in arrivals.items()), number=_ROUNDS)
    for build in names:
        ours, theirs = OURS + build, _ALLAUTH + build
        measure = f"first login{build}, relay answers after {delay * 1000:.0f} ms"
        bench.report.faster(measure, taken[ours], theirs, taken[theirs], at_least=_TARGETS[delay])
        # The first round does not count.
        bench.report.faster(measure, taken[ours], f"{theirs}, with its page", arrivals[theirs].pages[1:])
        if build == TUNED:
            bench.report.faster(measure, taken[ours], f"{_ALLAUTH}, usual build", taken[_ALLAUTH])


def _nothing_is_lost(bench: Bench, sink: Answerer, owed: list[str]) -> None:
    """Everybody who came was written to, once."""
    wait_for(bench, sink, len(owed))
    each_once(owed, sink.ask("take")["addresses"])
    bench.report.remark(f"{len(owed)} mails were owed by the logins, and all of them came.")
