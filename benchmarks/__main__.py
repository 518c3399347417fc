"""``python3 dev.py bench [--quick] [name ...]``: measures, prints the table, and draws the curves."""

import importlib
import logging
import sys
import time
from pathlib import Path

import django

from benchmarks.bench import Bench
from benchmarks.report import Report
from devtools.environment import ROOT, Stop, say
from devtools.processes import Processes

CASES = (
    "login",
    "login_code",
    "menu",
    "signer_list",
    "chamber_search",
    "desk_queue",
    "pages",
    "papers",
    "mails",
    "codes",
    "flood",
    "starting",
)


def main(arguments: list[str], processes: Processes, env: dict[str, str]) -> int:
    """Runs the named cases, or all; 1 when a target was missed."""
    quick = "--quick" in arguments
    names = [each for each in arguments if each != "--quick"] or list(CASES)
    if unknown := set(names) - set(CASES):
        raise Stop(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(CASES)}.")
    report = Report()
    bench = Bench(processes, env, report, quick=quick)
    started = time.monotonic()
    for name in names:
        report.case = name
        say(f"{name} ({time.monotonic() - started:.0f} s)")
        importlib.import_module(f"benchmarks.cases.{name}").run(bench)
    folder = ROOT / "docs" / "benchmarks" if set(names) == set(CASES) and not quick else ROOT / "var" / "bench" / "last"
    report.write(folder, quick=quick)
    say(f"{time.monotonic() - started:.0f} s in all; the table is in {folder.relative_to(ROOT)}.")
    for row in report.missed:
        say(f"MISSED: {row.case}, {row.measure}: {row.ratio.median:.2f}, target {row.target}")
    return 1 if report.missed else 0


if __name__ == "__main__":
    import os

    django.setup()
    logging.disable(logging.INFO)
    from demo.companies import load

    load()
    own = Processes(Path(os.environ["ECO_BENCH_FOLDER"]) / "log")
    try:
        sys.exit(main(sys.argv[1:], own, dict(os.environ)))
    except Stop as stop:
        sys.exit(str(stop))
    finally:
        own.stop()
