"""From the form with the right password to the session's cookie, eight people at once, beside nothing but the hash."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from django.contrib.auth.hashers import make_password

from benchmarks.bench import Bench, Served, with_cpu
from benchmarks.conversation import Answerer, conversation
from benchmarks.entering import (
    ALLAUTHS_DOOR,
    BEHIND_PROXY,
    DJANGOS_DOOR,
    OUR_DOOR,
    PEERS_SITE,
    WITH_ALLAUTH,
    Door,
    coming,
    everybody,
    make_known,
    make_peers,
)
from benchmarks.load import Visitors
from benchmarks.measuring import OURS, Contender, Reading, ratio
from benchmarks.tuned_argon2 import TUNED, builds
from demo.clerks import PASSWORD
from devtools.environment import PYTHON
from devtools.run import PORTAL

_LIMIT, _BARE = "Argon2 behind HTTP", "Argon2 in two processes"
_ALLAUTH, _LOGIN_VIEW = "django-allauth", "Django's LoginView"
_PEOPLE, _AT_ONCE = 200, 8
_LOGINS = 40  # in a reading
_VERIFY_ONLY = "benchmarks.limits.verify_only"
_Sides = dict[str, tuple[Served, Contender]]


def run(bench: Bench) -> None:
    """All with the usual build of Argon2, and all again with one that was made for this processor."""
    make_known("801000105", _PEOPLE)
    make_peers(bench, known=_PEOPLE)
    envs = builds(bench.report)
    with ExitStack() as stack:
        sides: _Sides = {}
        alone: list[Contender] = []
        for build, env in envs.items():
            sides |= stack.enter_context(_servers(bench, build, env))
            alone.append(stack.enter_context(_alone(bench, build, env)))
        taken = bench.rounds(*(contender for _served, contender in sides.values()), *alone, number=5)
        memory = {name: served.memory_mib() for name, (served, _contender) in sides.items()}
    for build in envs:
        _rows(bench, build, taken)
    held = "; ".join(f"{name} {mib:.0f} MiB" for name, mib in memory.items() if name.startswith((OURS, _LIMIT)))
    bench.report.remark(f"memory of two processes with four threads each, after the logins: {held}")


def _rows(bench: Bench, build: str, taken: dict[str, list[Reading]]) -> None:
    ours, measure = taken[OURS + build], f"login{build}, {_AT_ONCE} people"
    for peer in (_ALLAUTH, _LOGIN_VIEW):
        theirs = taken[peer + build]
        bench.report.faster(measure, ours, peer + build, theirs, at_least=1.4)
        most = ratio(theirs, taken[_LIMIT + build]).median
        bench.report.remark(f"{measure}: nobody who checks the password could be more than {most:.2f} × {peer}.")
    bench.report.faster(measure, ours, _LIMIT + build, taken[_LIMIT + build], at_least=0.8, is_limit=True)
    bench.report.faster(measure, ours, _BARE + build, taken[_BARE + build], is_limit=True)
    if build == TUNED:
        bench.report.faster(measure, ours, f"{OURS}, usual build", taken[OURS])


@contextmanager
def _servers(bench: Bench, build: str, env: dict[str, str]) -> Iterator[_Sides]:
    times = bench.times(_LOGINS)
    hashed = {"BENCH_HASH": make_password(PASSWORD)}
    with (
        bench.serve(PORTAL, env={**env, **BEHIND_PROXY}) as portal,
        bench.serve(PEERS_SITE, peer=True, env={**env, **WITH_ALLAUTH}) as allauth,
        bench.serve(PEERS_SITE, peer=True, env=env) as login_view,
        bench.serve(f"{_VERIFY_ONLY}:application", env={**env, **hashed}) as limit,
    ):
        for served, door in ((portal, OUR_DOOR), (allauth, ALLAUTHS_DOOR), (login_view, DJANGOS_DOOR)):
            door.opens(served.port, "benchKnown0", page="/menu/")
        sides = {
            OURS: (portal, OUR_DOOR),
            _ALLAUTH: (allauth, ALLAUTHS_DOOR),
            _LOGIN_VIEW: (login_view, DJANGOS_DOOR),
            _LIMIT: (limit, OUR_DOOR),
        }
        yield {
            name + build: (served, Contender(name + build, _Entering(served, door, times).take))
            for name, (served, door) in sides.items()
        }


class _Entering:
    """Eight people at a time at one door."""

    def __init__(self, served: Served, door: Door, times: int) -> None:
        self._served = served
        self._times = times
        self._visitors = Visitors(served.port, _AT_ONCE)
        self._asks = coming(door, everybody("benchKnown", _PEOPLE))

    def take(self) -> Reading:
        before = self._served.cpu_ms()
        reading = self._visitors.ask(self._asks, self._times, status=302)
        return with_cpu(self._served, reading, before, self._times)


@contextmanager
def _alone(bench: Bench, build: str, env: dict[str, str]) -> Iterator[Contender]:
    """The stricter limit: no server, no threads."""
    env = {**bench.env, **env, "BENCH_HASH": make_password(PASSWORD), "BENCH_PASSWORD": PASSWORD}
    log = bench.processes.logs / "verify_only.log"
    with ExitStack() as stack:
        talk = partial(conversation, PYTHON, _VERIFY_ONLY, log=log, env=env)
        processes = [stack.enter_context(talk()) for _each in range(2)]
        yield Contender(_BARE + build, partial(_verified, processes, bench.times(_LOGINS) // 2))


def _verified(processes: list[Answerer], times: int) -> Reading:
    started = time.perf_counter()
    for process in processes:
        process.tell(times)
    for process in processes:
        process.hear()
    return Reading((time.perf_counter() - started) * 1000 / times / len(processes))
