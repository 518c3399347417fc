"""Measuring in turn, and printing what came of it."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """The median of the rounds' ratios, with their range, and both sides' median in milliseconds."""

    median: float
    low: float
    high: float
    ours_ms: float
    base_ms: float


def cpu_ms(action: Callable[[], object], times: int) -> float:
    """Milliseconds of this process's CPU for one call."""
    started = time.process_time()
    for _each in range(times):
        action()
    return (time.process_time() - started) * 1000 / times


def wall_ms(action: Callable[[], object], times: int) -> float:
    """Milliseconds from call to answer."""
    started = time.perf_counter()
    for _each in range(times):
        action()
    return (time.perf_counter() - started) * 1000 / times


def compare(
    ours: Callable[[], object],
    base: Callable[[], object],
    *,
    measure: Callable[[Callable[[], object], int], float],
    times: int,
    rounds: int = 5,
) -> Ratio:
    """Measures both, back to back, in alternating order, after one round that does not count."""
    pairs: list[tuple[float, float]] = []
    for number in range(rounds + 1):
        if number % 2:
            first = measure(ours, times)
            pairs.append((first, measure(base, times)))
        else:
            second = measure(base, times)
            pairs.append((measure(ours, times), second))
    counted = pairs[1:]
    ratios = [mine / other for mine, other in counted]
    ours_ms, base_ms = (statistics.median(side) for side in zip(*counted, strict=True))
    return Ratio(statistics.median(ratios), min(ratios), max(ratios), ours_ms, base_ms)


def show(name: str, ratio: Ratio, *, target: float) -> None:
    """One line of the result; the target is the largest ratio that is still good."""
    verdict = "ok" if ratio.median <= target else "OVER"
    print(
        f"{name:44} {ratio.ours_ms:9.2f} ms  {ratio.base_ms:9.2f} ms  "
        f"x {ratio.median:5.2f} ({ratio.low:.2f}-{ratio.high:.2f})  target {target:.2f}  {verdict}",
        flush=True,
    )
