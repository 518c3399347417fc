"""Measuring in turn. Machines differ and are shared: every result is a ratio of things measured in one run."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

OURS = "ours"  # what we are called beside the others


@dataclass(frozen=True)
class Reading:
    """Milliseconds that one operation took, and milliseconds of CPU that its servers spent on it, where that is known."""

    ms: float
    cpu_ms: float | None = None


@dataclass(frozen=True)
class Contender:
    """Somebody who does the same work: we, a peer, or the limit that nobody can pass."""

    name: str
    take: Callable[[], Reading]


@dataclass(frozen=True)
class Ratio:
    """The median of the rounds' ratios, with their range."""

    median: float
    low: float
    high: float


def rounds(contenders: Sequence[Contender], *, number: int, tell: Callable[[], None]) -> dict[str, list[Reading]]:
    """Everybody's readings, one a round, taken back to back in a rotating order, after one round that does not count.

    ``tell`` is called after every reading.
    """
    readings: dict[str, list[Reading]] = {each.name: [] for each in contenders}
    for turn in range(number + 1):
        shift = turn % len(contenders)
        for contender in [*contenders[shift:], *contenders[:shift]]:
            reading = contender.take()
            if turn:
                readings[contender.name].append(reading)
            tell()
    return readings


def ratio(over: Sequence[Reading], under: Sequence[Reading]) -> Ratio:
    """How many times as long ``over`` took as ``under``, round by round."""
    each = [mine.ms / other.ms for mine, other in zip(over, under, strict=True)]
    return Ratio(statistics.median(each), min(each), max(each))


def median(readings: Sequence[Reading]) -> Reading:
    """The median operation."""
    spent = [reading.cpu_ms for reading in readings if reading.cpu_ms is not None]
    return Reading(statistics.median(each.ms for each in readings), statistics.median(spent) if spent else None)


def wall(action: Callable[[], object], times: int) -> Reading:
    """From call to answer, in this process: the median of the calls."""
    taken = []
    for _each in range(times):
        started = time.perf_counter()
        action()
        taken.append((time.perf_counter() - started) * 1000)
    return Reading(statistics.median(taken))


def cpu(action: Callable[[], object], times: int) -> Reading:
    """This process's CPU for one call: what matters where nobody waits for anybody else."""
    started = time.process_time()
    for _each in range(times):
        action()
    spent = (time.process_time() - started) * 1000 / times
    return Reading(spent, spent)
