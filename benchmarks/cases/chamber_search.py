"""A clerk's list and search over a chamber's IDs, all of the database's accounts at that one chamber, as the worst case."""

from contextlib import ExitStack
from urllib.parse import quote

from benchmarks.bench import Bench
from benchmarks.data import CLERK, database
from benchmarks.load import WrongAnswer
from benchmarks.measuring import OURS, Contender, Reading, median
from benchmarks.people import (
    ADMIN,
    PAGINATOR,
    SHY_PAGINATOR,
    TUNED_ADMIN,
    Account,
    Asker,
    Places,
    Taken,
    ask_all,
    asked_of_admin,
    askers,
)

_TUNED, _BESIDE = (PAGINATOR, TUNED_ADMIN), (SHY_PAGINATOR, ADMIN)
_SAME_PAGE = {PAGINATOR: "/paginator/ids/", SHY_PAGINATOR: "/shy/ids/"}
_ROWS_A_PAGE = 30
TERMS = {
    "2 kanji, common": "田中",
    "2 kanji, rare": "鬼頭",
    "full name": "田中 太郎",
    "part of a mailbox": "tanaka12",
    "mailbox of one in five": "mail.example",
    "no match": "zzqqxx",
}
_PAGES = ("first page", "last page")
# At least so many times as fast as the peers, in the list of everybody.
_PAGE_TARGETS = {
    ("first page", PAGINATOR): 6.0,
    ("first page", TUNED_ADMIN): 10.0,
    ("last page", PAGINATOR): 50.0,
    ("last page", TUNED_ADMIN): 20.0,
}
_SLOWEST_TARGETS = {PAGINATOR: 20.0, TUNED_ADMIN: 40.0}
_SLOWEST_MS = 20.0


def run(bench: Bench) -> None:
    """Every size is a database of its own, and all are asked in turn; some peers only at the largest."""
    with ExitStack() as stack:
        places: Places = {}
        for size in bench.sizes:
            address = database(bench, size, chambers=1)
            admins = (TUNED_ADMIN, ADMIN) if size == max(bench.sizes) else (TUNED_ADMIN,)
            places[size] = stack.enter_context(
                askers(bench, address, login_id=CLERK, path="/staff/companies/", same_page=_SAME_PAGE, admins=admins)
            )
        for page in _PAGES:
            _page_rows(bench, page, _ask_all(bench, page, places))
        _search_rows(bench, {name: _ask_all(bench, name, places) for name in TERMS})
        _whole_page(bench, places)


def _ask_all(bench: Bench, name: str, places: Places) -> Taken:
    queries = {}
    for size, (account, sides) in places.items():
        # Whoever does not count cannot say where the last page is.
        able = [side for side in sides if name != "last page" or side != SHY_PAGINATOR]
        queries[size] = {side: _query(side, name, account, size) for side in able}
        _same_rows(sides, queries[size], name)

    def times(side: str, size: int) -> int:
        """Those who take seconds at the largest are not asked as often."""
        if side == OURS or size != max(places):
            return 9
        return 1 if side == ADMIN or name == "last page" else 3

    return ask_all(bench, f"Chamber's IDs, {name}", places, queries, times=times, number=5)


def _query(side: str, name: str, account: Account, size: int) -> str:
    term, is_last = TERMS.get(name, ""), name == "last page"
    if side == OURS:
        return f"group=ids&q={quote(term)}" + ("&oldest=1" if is_last else "")
    page = -(-(size + 1) // (100 if side == ADMIN else _ROWS_A_PAGE)) if is_last else 1
    if side in _SAME_PAGE:
        return f"q={quote(term)}&page={page}"
    return asked_of_admin(term=term, page=page, chamber_id=account.chamber_id)


def _same_rows(sides: dict[str, Asker], queries: dict[str, str], name: str) -> None:
    """The same people in the same order. The last page of those who count begins where their count says."""
    found = {side: sides[side].finds(query) for side, query in queries.items()}
    if name == "last page":
        wrong = {side for side, rows in found.items() if not rows or rows[-1] != found[OURS][-1]}
    else:
        wrong = {side for side, rows in found.items() if rows[: len(found[OURS])] != found[OURS]}
    if wrong:
        raise WrongAnswer(
            f"{name}: {wrong} show other people than we do: { ({side: rows[:3] + rows[-3:] for side, rows in found.items()}) }"
        )


def _page_rows(bench: Bench, page: str, taken: Taken) -> None:
    largest, at_10k = max(bench.sizes), (OURS, 10_000)
    ours, grown = taken[OURS, largest], f"chamber's IDs, {page}, {largest:,} accounts"
    bench.report.longer(grown, ours, "ours at 10,000", taken[at_10k], at_most=1.3)
    for peer in (each for each in (*_TUNED, *_BESIDE) if (each, largest) in taken):
        bench.report.faster(grown, ours, peer, taken[peer, largest], at_least=_PAGE_TARGETS.get((page, peer)))


def _search_rows(bench: Bench, taken: dict[str, Taken]) -> None:
    largest = max(bench.sizes)

    def of(side: str, name: str) -> list[Reading]:
        return taken[name][side, largest]

    for name in TERMS:
        grown = f"search, {name}, {largest:,} accounts"
        bench.report.faster(grown, of(OURS, name), PAGINATOR, of(PAGINATOR, name), at_least=1.0)
        for peer in (TUNED_ADMIN, *_BESIDE):
            bench.report.faster(grown, of(OURS, name), peer, of(peer, name))
    slowest = {side: max(TERMS, key=lambda name: median(of(side, name)).ms) for side in (OURS, *_TUNED)}
    for peer, times in _SLOWEST_TARGETS.items():
        said = f"search, slowest of six ({slowest[OURS]}; theirs: {slowest[peer]})"
        bench.report.faster(said, of(OURS, slowest[OURS]), peer, of(peer, slowest[peer]), at_least=times)
    _within(bench, f"search, slowest of six ({slowest[OURS]})", of(OURS, slowest[OURS]))


def _whole_page(bench: Bench, places: Places) -> None:
    """Companies, cases and IDs at once, which no peer does."""
    _account, sides = places[max(places)]
    contenders = [
        Contender(name, sides[OURS].take(f"q={quote(term)}", bench.times(10))) for name, term in TERMS.items()
    ]
    taken = bench.rounds(*contenders, number=5)
    slowest = max(taken, key=lambda name: median(taken[name]).ms)
    _within(bench, f"companies, cases and IDs, slowest of six ({slowest})", taken[slowest])


def _within(bench: Bench, measure: str, readings: list[Reading]) -> None:
    bench.report.longer(measure, readings, "20 ms", [Reading(_SLOWEST_MS)] * len(readings), at_most=1.0)
