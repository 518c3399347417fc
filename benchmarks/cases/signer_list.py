"""An administrator's signer list and its search, while the database around the company grows to a million accounts."""

from contextlib import ExitStack
from urllib.parse import quote

from benchmarks.bench import Bench
from benchmarks.data import ADMINISTRATOR, database
from benchmarks.load import WrongAnswer
from benchmarks.measuring import OURS
from benchmarks.people import (
    OPENED_ADMIN,
    PAGINATOR,
    TUNED_ADMIN,
    Asker,
    Places,
    Taken,
    ask_all,
    asked_of_admin,
    askers,
)

_CHAMBERS = 500
_SAME_PAGE = {PAGINATOR: "/paginator/signers/"}
_FIRST_PAGE = "first page"
# What is typed into a box of the page; the admin has one box.
_TERMS = {
    _FIRST_PAGE: ("name", ""),
    "2 kanji": ("name", "田中"),
    "full name": ("name", "田中 太郎"),
    "mailbox": ("email", "mail.example"),
    "no match": ("email", "zzqqxx"),
}


def run(bench: Bench) -> None:
    """The company has ten signers throughout. Every size is a database of its own, and all are asked in turn."""
    with ExitStack() as stack:
        places: Places = {}
        for size in bench.sizes:
            address = database(bench, size, chambers=_CHAMBERS)
            places[size] = stack.enter_context(
                askers(
                    bench,
                    address,
                    login_id=ADMINISTRATOR,
                    path="/signers/",
                    same_page=_SAME_PAGE,
                    admins=(TUNED_ADMIN, OPENED_ADMIN),
                )
            )
        for name, (box, term) in _TERMS.items():
            _compare(bench, name, box, term, places)


def _compare(bench: Bench, name: str, box: str, term: str, places: Places) -> None:
    ours = f"{box}={quote(term)}"
    queries = {}
    for size, (account, sides) in places.items():
        admin = asked_of_admin(term=term, registration_id=account.registration_id or 0)
        queries[size] = {OURS: ours, PAGINATOR: ours, TUNED_ADMIN: admin}
        _same_answers(sides, queries[size])
        if name == _FIRST_PAGE:
            queries[size][OPENED_ADMIN] = ""
    taken = ask_all(bench, f"Signer list, {name}", places, queries, times=lambda _side, _size: 15)
    _rows(bench, name, taken, largest=max(places))


def _rows(bench: Bench, name: str, taken: Taken, *, largest: int) -> None:
    ours = taken[OURS, largest]
    grown = f"signer list, {name}, {largest:,} accounts"
    bench.report.longer(grown, ours, "ours at 10,000", taken[OURS, 10_000], at_most=1.3)
    bench.report.faster(grown, ours, PAGINATOR, taken[PAGINATOR, largest], at_least=1.0)
    bench.report.faster(grown, ours, TUNED_ADMIN, taken[TUNED_ADMIN, largest])
    if name == _FIRST_PAGE:
        bench.report.faster(grown, ours, OPENED_ADMIN, taken[OPENED_ADMIN, largest], at_least=10.0)


def _same_answers(sides: dict[str, Asker], queries: dict[str, str]) -> None:
    """Everybody shows the same signers; ours the oldest first."""
    found = {side: sorted(sides[side].finds(query)) for side, query in queries.items()}
    if any(rows != found[OURS] for rows in found.values()):
        raise WrongAnswer(f"Not the same signers: {found}")
