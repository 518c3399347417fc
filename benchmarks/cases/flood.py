"""A logged-in page while strangers hold 2,000 connections and send 200 logins a second, beside the same page without them."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.bench import Bench, free_port
from benchmarks.entering import BEHIND_PROXY
from benchmarks.load import Connection, WrongAnswer, request
from benchmarks.measuring import Reading, wall
from benchmarks.people import log_in
from devtools.environment import ROOT
from devtools.run import PORTAL
from devtools.web import THREADS, WORKERS, answers, local_site, start_proxy, start_web

_READINGS = 5
_ASKED = 100  # in a reading
_WARM = 8  # times a thread, on average
_SECONDS = 40.0  # of the flood
_RISES = 10.0  # until all its connections are open
_PAGE = "/menu/"


def run(bench: Bench) -> None:
    """Behind nginx, as it is served to people."""
    folder = Path(bench.env["ECO_BENCH_FOLDER"])
    port, socket = free_port(), folder / "flood.sock"
    env = {**bench.env, **BEHIND_PROXY}
    asked = request(_PAGE, cookie=log_in(bench.env["DATABASE_URL"], "echigoAdmin").cookie)
    with (
        bench.running(partial(start_web, bench.processes, PORTAL, socket, env)),
        bench.running(partial(start_proxy, bench.processes, local_site(folder / "nginx", port, socket), env)),
    ):
        bench.processes.wait_for("nginx", lambda: answers(port))
        connection = Connection(port)

        def page() -> None:
            connection.ask(asked).expect(200)

        _warm_up(page)
        quiet = [wall(page, _ASKED) for _each in range(_READINGS)]
        seen, said = _beside_a_flood(port, page)
    bench.report.longer("menu beside a flood", seen, "without it", quiet, at_most=2.0)
    bench.report.remark(f"the flood's logins were answered: {said}")


def _warm_up(page: Callable[[], None]) -> None:
    """Every thread has a connection of its own to the database, which plans the page's queries when it first meets them."""
    for _each in range(_WARM * WORKERS * THREADS):
        page()


def _beside_a_flood(port: int, page: Callable[[], None]) -> tuple[list[Reading], dict[str, int]]:
    """The page's readings, and how the flood's logins were answered."""
    command = [sys.executable, "-m", "benchmarks.flood", str(port), str(_SECONDS)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as flood:
        time.sleep(_RISES)
        ends = time.monotonic() + _SECONDS - _RISES
        _warm_up(page)
        seen: list[Reading] = []
        while len(seen) < _READINGS:
            seen.append(wall(page, _ASKED))
            if time.monotonic() > ends:
                raise WrongAnswer("The flood was over before the page had been asked for often enough.")
        said, _nothing = flood.communicate()
    return seen, json.loads(said)
