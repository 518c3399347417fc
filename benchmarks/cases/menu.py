"""The first page of everybody's work, asked for by sixteen people at once."""

from collections.abc import Callable

from benchmarks.bench import Bench, Served, with_cpu
from benchmarks.entering import CSRF, PEERS_SESSION, PEERS_SITE, make_peers
from benchmarks.load import Visitors, request
from benchmarks.measuring import OURS, Contender, Reading
from benchmarks.people import log_in
from devtools.run import PORTAL

_PEER = "one line of Django"
_LIMIT = "bare WSGI, one query, string.Template"
_VISITORS = 16


def run(bench: Bench) -> None:
    """Ours is an administrator's whole menu; the others' pages have one line with the person's name."""
    make_peers(bench)
    ours = log_in(bench.env["DATABASE_URL"], "echigoAdmin").cookie
    with (
        bench.serve(PORTAL) as portal,
        bench.serve(PEERS_SITE, peer=True) as site,
        bench.serve("benchmarks.limits.bare_page:application") as bare,
    ):
        taken = bench.rounds(
            Contender(OURS, _asked(portal, request("/menu/", cookie=f"{ours}; eco-csrf={CSRF}"), bench.times(1_000))),
            Contender(_PEER, _asked(site, request("/menu/", cookie=f"sessionid={PEERS_SESSION}"), bench.times(1_000))),
            Contender(_LIMIT, _asked(bare, request("/", cookie=ours), bench.times(3_000))),
        )
    measure = f"menu, {_VISITORS} people"
    bench.report.faster(measure, taken[OURS], _PEER, taken[_PEER], at_least=2.0)
    bench.report.faster(measure, taken[OURS], _LIMIT, taken[_LIMIT], at_least=0.35, is_limit=True)


def _asked(served: Served, asked: bytes, times: int) -> Callable[[], Reading]:
    visitors = Visitors(served.port, _VISITORS)

    def asks() -> bytes:
        return asked

    def take() -> Reading:
        before = served.cpu_ms()
        return with_cpu(served, visitors.ask(asks, times, status=200), before, times)

    return take
