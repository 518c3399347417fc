"""An administrator's signer list and its search, while the database around the company grows to a million accounts."""

from contextlib import ExitStack
from urllib.parse import quote

from benchmarks.bench import Bench
from benchmarks.data import ADMINISTRATOR, database
from benchmarks.load import WrongAnswer
from benchmarks.measuring import Contender, Reading, median
from benchmarks.people import OURS, PAGINATOR, TUNED_ADMIN, Account, Asker, asked_of_admin, askers

_CHAMBERS = 500
_SAME_PAGE = {PAGINATOR: "/paginator/signers/"}
# What is typed into a box of the page; the admin has one box.
_TERMS = {
    "first page": ("name", ""),
    "2 kanji": ("name", "田中"),
    "full name": ("name", "田中 太郎"),
    "mailbox": ("email", "mail.example"),
    "no match": ("email", "zzqqxx"),
}
_PLACES = dict[int, tuple[Account, dict[str, Asker]]]


def run(bench: Bench) -> None:
    """The company has ten signers throughout. Every size is a database of its own, and all are asked in turn."""
    with ExitStack() as stack:
        places: _PLACES = {}
        for size in bench.sizes:
            address = database(bench, size, chambers=_CHAMBERS)
            places[size] = stack.enter_context(
                askers(
                    bench,
                    address,
                    login_id=ADMINISTRATOR,
                    path="/signers/",
                    same_page=_SAME_PAGE,
                    admins=(TUNED_ADMIN,),
                )
            )
        for name, (box, term) in _TERMS.items():
            _compare(bench, name, box, term, places)


def _compare(bench: Bench, name: str, box: str, term: str, places: _PLACES) -> None:
    contenders: list[Contender] = []
    for size, (account, sides) in places.items():
        ours = f"{box}={quote(term)}"
        admin = asked_of_admin(term=term, registration_id=account.registration_id or 0)
        queries = {OURS: ours, PAGINATOR: ours, TUNED_ADMIN: admin}
        _same_answers(sides, queries)
        for side, asker in sides.items():
            contenders.append(Contender(f"{side} {size}", asker.take(queries[side], bench.times(15)).take))
    taken = bench.rounds(*contenders)
    for contender, readings in taken.items():
        side, size_said = contender.rsplit(" ", 1)
        bench.report.point(f"Signer list, {name}", side, int(size_said), median(readings).ms)
    _rows(bench, name, taken, largest=max(places))


def _rows(bench: Bench, name: str, taken: dict[str, list[Reading]], *, largest: int) -> None:
    ours = taken[f"{OURS} {largest}"]
    grown = f"signer list, {name}, {largest:,} accounts"
    bench.report.longer(grown, ours, "ours at 10,000", taken[f"{OURS} 10000"], at_most=1.3)
    bench.report.faster(grown, ours, PAGINATOR, taken[f"{PAGINATOR} {largest}"], at_least=1.0)
    floor = 10.0 if name == "first page" else None
    bench.report.faster(grown, ours, TUNED_ADMIN, taken[f"{TUNED_ADMIN} {largest}"], at_least=floor)


def _same_answers(sides: dict[str, Asker], queries: dict[str, str]) -> None:
    """Everybody shows the same signers; ours the oldest first."""
    found = {side: sorted(asker.finds(queries[side])) for side, asker in sides.items()}
    if any(rows != found[OURS] for rows in found.values()):
        raise WrongAnswer(f"Not the same signers: {found}")
