"""What a case is given: where the servers are, how to start more of them, and where the results go."""

import os
import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.load import Connection, request
from benchmarks.measuring import Contender, Reading, rounds
from benchmarks.report import Report
from devtools.environment import PEERS, PYTHON
from devtools.processes import Child, Processes
from devtools.run import start_mailing
from devtools.web import start_web

PEER_PYTHON = PEERS / "bin" / "python"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Served:
    """A running server of ours, a peer's or a limit's, on loopback."""

    child: Child
    port: int

    def cpu_ms(self) -> float:
        """CPU that it and its workers have spent."""
        return sum(cpu_of(pid) for pid in family(self.child.process.pid))

    def memory_mib(self) -> float:
        """Resident memory of it and its workers."""
        return sum(memory_of(pid) for pid in family(self.child.process.pid))


class Bench:
    """One run."""

    def __init__(self, processes: Processes, env: dict[str, str], report: Report, *, quick: bool) -> None:
        self.processes = processes
        self.env = env
        self.report = report
        self.quick = quick

    @property
    def sizes(self) -> tuple[int, ...]:
        """Accounts in the database, for what is measured as it grows."""
        return (1_000, 10_000) if self.quick else (1_000, 10_000, 100_000, 1_000_000)

    def times(self, number: int) -> int:
        """How often to repeat; a fifth in a quick run."""
        return max(1, number // 5) if self.quick else number

    def rounds(self, *contenders: Contender, number: int = 7) -> dict[str, list[Reading]]:
        """Readings of everybody, taken in turn: at least five rounds, three in a quick run."""
        return rounds(contenders, number=3 if self.quick else max(5, number), tell=self.report.tell)

    @contextmanager
    def serve(
        self,
        application: str,
        *,
        peer: bool = False,
        workers: int = 2,
        threads: int = 4,
        env: dict[str, str] | None = None,
    ) -> Iterator[Served]:
        """The application under the project's web server until the block ends; everybody gets the same server."""
        port = free_port()
        start = partial(start_web, self.processes, application, port, {**self.env, **(env or {})})
        python, name = PEER_PYTHON if peer else PYTHON, application.replace(":", "-")
        with self.running(partial(start, name=name, python=python, workers=workers, threads=threads)) as (child,):
            _wait_for(self.processes, port)
            yield Served(child, port)

    @contextmanager
    def mailing(self, env: dict[str, str]) -> Iterator[list[Child]]:
        """Our worker and its clock, as ``dev.py run`` starts them, until the block ends."""
        with self.running(partial(start_mailing, self.processes, self.processes.logs, {**self.env, **env})) as children:
            yield children

    @contextmanager
    def running(self, start: Callable[[], None]) -> Iterator[list[Child]]:
        """The processes that ``start`` starts, until the block ends."""
        before = len(self.processes.children)
        start()
        started = self.processes.children[before:]
        try:
            yield started
        finally:
            for child in reversed(started):
                self.processes.end(child)


def free_port() -> int:
    """A port below those that the system gives to clients; any of them, because servers of two runs could share one."""
    for port in random.sample(range(18_000, 28_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("No port is free.")


def _wait_for(processes: Processes, port: int) -> None:
    for _attempt in range(600):
        processes.check()
        with suppress(OSError):
            connection = Connection(port)
            connection.ask(request("/healthz"))
            connection.close()
            return
        time.sleep(0.05)
    raise RuntimeError(f"{processes.children[-1].name} did not start; see {processes.children[-1].log}.")


def family(pid: int) -> list[int]:
    """The process and its descendants."""
    found = [pid]
    for each in found:
        with suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def cpu_of(pid: int) -> float:
    """Milliseconds of CPU, in the program and in the kernel for it."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / _TICKS
    return 0.0


def memory_of(pid: int) -> float:
    """MiB of resident memory that is the process's own."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024
    return 0.0


def with_cpu(served: Served, reading: Reading, before: float, operations: int) -> Reading:
    """The reading with the CPU that the server has spent since ``before`` on so many operations."""
    return replace(reading, cpu_ms=(served.cpu_ms() - before) / operations)
