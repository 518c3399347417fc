"""Starting, the first page of a web server, and the memory that it holds when it has worked for long."""

import itertools
import subprocess
import time
from functools import partial

from benchmarks.bench import Bench
from benchmarks.company import administrator, company, signers_to_print
from benchmarks.load import Connection, Visitors, latency, request
from benchmarks.measuring import Contender, Reading
from benchmarks.memory import said
from benchmarks.people import log_in
from devtools.environment import PYTHON, ROOT
from devtools.run import PORTAL

_CHECK = ["manage.py", "check"]
_EMPTY = ["-c", "import django; from django.conf import settings; settings.configure(); django.setup()"]
_FIRST, _LATER = "first page of a web server", "its 100th"
_STARTS = 5
_SIGNERS = 40


def run(bench: Bench) -> None:
    """Nothing here has a target; the memory must not grow with what was served."""
    taken = bench.rounds(
        Contender("check", partial(_command, bench, _CHECK)), Contender("empty", partial(_command, bench, _EMPTY))
    )
    bench.report.longer("manage.py check", taken["check"], "an empty Django project", taken["empty"])
    menu = request("/menu/", cookie=log_in(bench.env["DATABASE_URL"], "echigoAdmin").cookie)
    _first_pages(bench, menu)
    _memory(bench, "pages of the menu", [menu], (100, 1_000, 10_000))
    _memory(bench, "署名登録証", _papers(bench), (100, 1_000))


def _command(bench: Bench, arguments: list[str]) -> Reading:
    started = time.perf_counter()
    subprocess.run([str(PYTHON), *arguments], cwd=ROOT, env=bench.env, check=True, capture_output=True)
    return Reading((time.perf_counter() - started) * 1000)


def _first_pages(bench: Bench, menu: bytes) -> None:
    """With one process, so that the hundred go to the one that began."""
    firsts, laters = [], []
    for _start in range(bench.times(_STARTS)):
        with bench.serve(PORTAL, workers=1, threads=1) as served:
            connection = Connection(served.port)
            firsts.append(latency(connection, lambda: menu, 1, status=200))
            latency(connection, lambda: menu, 98, status=200)
            laters.append(latency(connection, lambda: menu, 1, status=200))
            connection.close()
    bench.report.longer(_FIRST, firsts, _LATER, laters)


def _memory(bench: Bench, what: str, asked: list[bytes], counts: tuple[int, ...]) -> None:
    """What two web processes hold after so many answers."""
    asks = itertools.cycle(asked)
    answered = 0
    held: dict[int, float] = {}
    with bench.serve(PORTAL) as served:
        visitors = Visitors(served.port)
        for count in map(bench.times, counts):
            visitors.ask(lambda: next(asks), count - answered, status=200)
            answered = count
            held[count] = served.memory_mib()
        visitors.close()
    bench.report.remark(said("web server", what, held))


def _papers(bench: Bench) -> list[bytes]:
    """A certificate each for some signers."""
    registration = company("801000104")
    administrator(registration, "benchPrinter")
    signers = signers_to_print(registration, bench.times(_SIGNERS))
    cookie = log_in(bench.env["DATABASE_URL"], "benchPrinter").cookie
    return [request(f"/signers/{signer.account.public_id}/certificate.pdf", cookie=cookie) for signer in signers]
