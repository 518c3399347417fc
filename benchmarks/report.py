"""What was measured, as a table on the screen and in docs/benchmarks/."""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measuring import Ratio, Reading, median, ratio

HEADINGS = ("measure", "ours", "peer", "limit", "ratio (range)", "target", "")


@dataclass(frozen=True)
class Row:
    """One comparison. The ratio says how many times as fast as the other we are, or with ``at_most`` how many times as long."""

    case: str
    measure: str
    ours: Reading
    other: str
    other_reading: Reading
    is_limit: bool
    ratio: Ratio
    at_least: float | None
    at_most: float | None

    @property
    def target(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:g} × as fast"
        return f"≤ {self.at_most:g} × as long" if self.at_most is not None else "(beside)"

    @property
    def verdict(self) -> str:
        if self.at_least is None and self.at_most is None:
            return ""
        met = (
            self.ratio.median >= self.at_least
            if self.at_least is not None
            else self.ratio.median <= (self.at_most or 0)
        )
        return "ok" if met else "MISSED"

    def cells(self) -> tuple[str, ...]:
        other = f"{self.other} {said(self.other_reading)}"
        between = f"{self.ratio.median:.2f} ({self.ratio.low:.2f}-{self.ratio.high:.2f})"
        beside = ("", other) if self.is_limit else (other, "")
        return (self.measure, said(self.ours), *beside, between, self.target, self.verdict)


def said(reading: Reading) -> str:
    """``12.3 ms (CPU 8.1)``"""
    spent = "" if reading.cpu_ms is None else f" (CPU {reading.cpu_ms:.3g})"
    return f"{reading.ms:.3g} ms{spent}"


class Report:
    """Collects the rows of a run and prints each as soon as it is known."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.remarks: list[str] = []
        self.curves: dict[str, dict[str, dict[int, float]]] = {}
        self.case = ""
        self._readings = 0
        self._started = time.monotonic()

    def tell(self) -> None:
        """One more reading was taken."""
        self._readings += 1
        if sys.stderr.isatty():
            bar = "#" * (self._readings % 40)
            print(f"\r{self.case:24} {bar:40} {time.monotonic() - self._started:4.0f} s", end="\r", file=sys.stderr)

    def faster(
        self,
        measure: str,
        ours: Sequence[Reading],
        other: str,
        others: Sequence[Reading],
        *,
        at_least: float | None = None,
        is_limit: bool = False,
    ) -> None:
        """How many times as fast as the other we are; a share of the limit where the other is the limit."""
        between = ratio(others, ours)
        self._add(Row(self.case, measure, median(ours), other, median(others), is_limit, between, at_least, None))

    def longer(
        self,
        measure: str,
        ours: Sequence[Reading],
        other: str,
        others: Sequence[Reading],
        *,
        at_most: float | None = None,
        is_limit: bool = False,
    ) -> None:
        """How many times as long as the other we take."""
        between = ratio(ours, others)
        self._add(Row(self.case, measure, median(ours), other, median(others), is_limit, between, None, at_most))

    def point(self, chart: str, line: str, size: int, ms: float) -> None:
        """A point of a growth curve: so many milliseconds with so many accounts."""
        self.curves.setdefault(chart, {}).setdefault(line, {})[size] = ms

    def remark(self, text: str) -> None:
        """A sentence that belongs below the table: what was not measured and why, or a figure that is no ratio."""
        self.remarks.append(f"{self.case}: {text}")
        print(f"  {text}", flush=True)

    def _add(self, row: Row) -> None:
        self.rows.append(row)
        measure, ours, peer, limit, between, target, verdict = row.cells()
        print(f"  {measure:46} {ours:24} {peer or limit:44} {between:20} {target:18} {verdict}", flush=True)

    def write(self, folder: Path, *, quick: bool) -> None:
        """The table, and the figures for whoever wants to compare runs."""
        folder.mkdir(parents=True, exist_ok=True)
        lines = ["| " + " | ".join(HEADINGS) + " |", "|" + " --- |" * len(HEADINGS)]
        lines += ["| " + " | ".join(row.cells()) + " |" for row in self.rows]
        lines += ["", *(f"- {text}" for text in self.remarks)]
        kind = "A quick run: fewer accounts and rounds; only for a first look.\n\n" if quick else ""
        (folder / "table.md").write_text(kind + "\n".join(lines) + "\n")
        figures = {"rows": [asdict(row) for row in self.rows], "curves": self.curves, "remarks": self.remarks}
        from benchmarks.curves import draw  # stands on the portal's drawings, which need Django to be set up

        draw(self.curves, folder)
        (folder / "figures.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")

    @property
    def missed(self) -> list[Row]:
        return [row for row in self.rows if row.verdict == "MISSED"]
