"""Child processes: started in groups of their own, stopped in reverse order, none left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devtools.environment import ROOT, Stop

_PATIENCE = 600  # seconds; on a busy machine a start takes minutes
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    name: str
    process: "subprocess.Popen[bytes]"
    log: Path
    stop_signal: signal.Signals


class Processes:
    """The children of one run."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.children: list[Child] = []
        logs.mkdir(parents=True, exist_ok=True)

    def start(
        self, name: str, command: list[str], env: dict[str, str], *, stop_signal: signal.Signals = signal.SIGTERM
    ) -> None:
        """Starts a child; its output goes to ``<logs>/<name>.log``."""
        log = self.logs / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        self.children.append(Child(name, process, log, stop_signal))

    def check(self) -> None:
        """Raises Stop when a child has ended."""
        for child in self.children:
            if child.process.poll() is not None:
                raise Stop(f"{child.name} has ended (code {child.process.returncode}); see {child.log}.")

    def wait_for(self, name: str, answers: Callable[[], bool]) -> None:
        """Waits until the child answers. Raises Stop when any child has ended, or after ten minutes."""
        ends = time.monotonic() + _PATIENCE
        while not answers():
            self.check()
            if time.monotonic() > ends:
                raise Stop(f"{name} has not answered for ten minutes; see {self.logs / f'{name}.log'}.")
            time.sleep(0.05)

    def watch(self) -> None:
        """Waits until somebody stops us or a child ends."""
        while True:
            self.check()
            time.sleep(0.5)

    def stop(self) -> None:
        """Ends the children, the last started first, each before the next."""
        for child in reversed(list(self.children)):
            self.end(child)

    def end(self, child: Child) -> None:
        """Ends one child and whoever it started."""
        _signal_group(child, child.stop_signal)
        try:
            child.process.wait(15)
        except subprocess.TimeoutExpired:
            _signal_group(child, signal.SIGKILL)
            child.process.wait()
        _signal_group(child, signal.SIGKILL)
        self.children.remove(child)


def _signal_group(child: Child, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, number)


def _die_with_parent() -> None:
    """Linux: a child whose parent was killed is told to end."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
