"""署名登録証 as PDF, for one signer and for a company with many: the CPU of the one process that makes it.

Everybody is given the same data, ready to print; ours alone is PDF/A and accessible. What stands before it on our page, the
passwords looked up and decrypted, is told beside.
"""

import base64
import itertools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pypdfium2
from django.utils import timezone

from benchmarks.bench import PEER_PYTHON, Bench
from benchmarks.company import company, signers_to_print
from benchmarks.conversation import Answerer, conversation
from benchmarks.load import WrongAnswer
from benchmarks.measuring import OURS, Contender, Reading, cpu
from documents import fonts
from documents.typesetting import render
from signers.certificates import data_of, signer_certificates, specimens
from signers.models import Signer
from trade_registration.models import TradeRegistration

_PAGE, _REPORTLAB, _WEASYPRINT = "our page", "ReportLab", "WeasyPrint"
_TARGETS = {_REPORTLAB: 2.0, _WEASYPRINT: 10.0}
_MODULES = {_REPORTLAB: "benchmarks.peers.papers.by_reportlab", _WEASYPRINT: "benchmarks.peers.papers.by_weasyprint"}
_SINGLE_PAPERS = 10
_LATIN = fonts.REGULAR[1]
_FONTS = {
    "regular": fonts.REGULAR[0],
    "bold": fonts.BOLD[0],
    "latin": _LATIN.with_suffix(".ttf"),
    "latin_bold": fonts.BOLD[1].with_suffix(".ttf"),
    "code": _LATIN.with_name("SourceSansPro-Semibold.ttf"),
}


def run(bench: Bench) -> None:
    """A single paper is another signer's every time: the second output of the same one would come from a cache."""
    registration = company("801000101")
    signers = signers_to_print(registration, 20 if bench.quick else 200)
    papers = Papers(registration, signers, data_of(registration, signers))
    env = {**bench.env, "PAPER_FONTS": json.dumps({name: str(path) for name, path in _FONTS.items()})}
    with ExitStack() as kept:
        peers: dict[str, Peer] = {}
        for name, module in _MODULES.items():
            log = bench.processes.logs / f"{module}.log"
            peer = Peer(kept.enter_context(conversation(PEER_PYTHON, module, log=log, env=env)), papers)
            if _works(peer):
                peers[name] = peer
            else:
                bench.report.remark(f"{name} could not be loaded on this machine, so it was not measured.")
        _compare(papers, peers)
        _measure(bench, papers, peers, number=1)
        _measure(bench, papers, peers, number=len(signers))


@dataclass
class Papers:
    """What is to be printed, as rows for us and as data for the others."""

    registration: TradeRegistration
    signers: list[Signer]
    data: dict[str, Any]
    _turn: Iterator[int] = field(default_factory=itertools.count)

    def some(self, number: int) -> slice:
        """All of them, or the next one."""
        place = next(self._turn) % len(self.signers)
        return slice(place, place + 1) if number == 1 else slice(None)

    def wanted(self, which: slice) -> dict[str, Any]:
        return {**self.data, "signers": self.data["signers"][which]}

    def pictures(self, which: slice) -> dict[str, bytes]:
        return specimens(self.signers[which])

    def ours(self, which: slice) -> bytes:
        return render("signer_certificate", self.wanted(which), pictures=self.pictures(which), dated=timezone.now())

    def asked(self, which: slice) -> dict[str, Any]:
        """What a peer is asked for: the same as JSON."""
        pictures = {name: base64.b64encode(png).decode() for name, png in self.pictures(which).items()}
        return {**self.wanted(which), "pictures": pictures}

    def page(self, which: slice) -> bytes:
        return signer_certificates(self.registration, self.signers[which])


class Peer:
    """Somebody who makes the same papers in a process of their own."""

    def __init__(self, process: Answerer, papers: Papers) -> None:
        self._process = process
        self._papers = papers
        self._last: Reading | None = None

    def paper(self, which: slice) -> tuple[bytes, float]:
        """The PDF, and the milliseconds of CPU that it took."""
        answer = self._process.ask(self._papers.asked(which))
        return base64.b64decode(answer["pdf"]), answer["cpu_ms"]

    def take(self, number: int, times: int) -> Reading:
        spent = [self.paper(self._papers.some(number))[1] for _each in range(times)]
        return Reading(sum(spent) / times, sum(spent) / times)

    def take_every_other(self, number: int) -> Reading:
        """For somebody who takes a quarter of a minute: one reading stands for two rounds."""
        if self._last is None:
            self._last = self.take(number, 1)
            return self._last
        last, self._last = self._last, None
        return last


def _works(peer: Peer) -> bool:
    try:
        peer.paper(slice(1))
    except (WrongAnswer, BrokenPipeError):
        return False
    return True


def _measure(bench: Bench, papers: Papers, peers: dict[str, Peer], *, number: int) -> None:
    times = bench.times(_SINGLE_PAPERS) if number == 1 else 1
    takes: dict[str, Callable[[], Reading]] = {
        OURS: lambda: cpu(lambda: papers.ours(papers.some(number)), times),
        _PAGE: lambda: cpu(lambda: papers.page(papers.some(number)), times),
    }
    for name, peer in peers.items():
        is_slow = number > 1 and name == _WEASYPRINT
        takes[name] = partial(peer.take_every_other, number) if is_slow else partial(peer.take, number, times)
    taken = bench.rounds(*(Contender(name, take) for name, take in takes.items()), number=5)
    papers_of = f"{number} {'signer' if number == 1 else 'signers'}"
    for name in peers:
        bench.report.faster(f"署名登録証 (CPU), {papers_of}", taken[OURS], name, taken[name], at_least=_TARGETS[name])
    bench.report.longer(f"its page (CPU), {papers_of}", taken[_PAGE], "the paper alone", taken[OURS])


def _compare(papers: Papers, peers: dict[str, Peer]) -> None:
    """Everybody prints a page a signer, and on it what belongs there."""
    few = slice(3)
    printed = {OURS: papers.ours(few), _PAGE: papers.page(few)}
    printed.update((name, peer.paper(few)[0]) for name, peer in peers.items())
    for name, pdf in printed.items():
        pages = _pages(pdf)
        if len(pages) != 3:
            raise WrongAnswer(f"{name} printed {len(pages)} pages instead of 3.")
        for page, signer in zip(pages, papers.data["signers"][few], strict=True):
            wanted = [signer[text] for text in ("name", "name_en", "title_en", "email", "user_id", "password")]
            missing = [text for text in (*wanted, papers.data["valid_until"]) if _bare(text) not in page]
            if missing:
                raise WrongAnswer(f"{name} printed {page!r} without {missing}.")


def _pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_bare(page.get_textpage().get_text_bounded()) for page in document]
    finally:
        document.close()


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
