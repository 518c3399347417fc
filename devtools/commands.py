"""The commands of dev.py."""

import contextlib
import shutil
import signal
import sys
from collections.abc import Callable, Iterator

from devtools.architecture import architecture
from devtools.check import check
from devtools.environment import VAR, Stop, alone, say
from devtools.run import manage, run
from devtools.test import bench, screens, test

USAGE = """usage: python3 dev.py COMMAND
  run [--port 8000] | reset | test [pytest arguments] | check | screens | architecture | bench [name ...] | manage ARGUMENTS"""


def main(arguments: list[str]) -> int:
    """Runs one command; returns the exit code."""
    commands: dict[str, Callable[[list[str]], int]] = {
        "run": _run,
        "reset": _reset,
        "test": test,
        "check": check,
        "manage": manage,
        "screens": screens,
        "bench": bench,
        "architecture": architecture,
    }
    if not arguments or arguments[0] not in commands:
        print(USAGE, file=sys.stderr)
        return 2
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return commands[arguments[0]](arguments[1:])
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(arguments: list[str]) -> int:
    port = "8000"
    match arguments:
        case []:
            pass
        case ["--port", given] if given.isdigit() and 0 < int(given) < 65536:
            port = given
        case _:
            raise Stop("run takes --port and a number.")
    with _only_one():
        return run(int(port))


def _reset(arguments: list[str]) -> int:
    with _only_one():
        for path in VAR.iterdir():
            if path.name != "lock":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    say("The data are deleted; the next run starts over.")
    return 0


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    """Holds the lock of this checkout's data."""
    with alone(VAR / "lock", wait=False) as ours:
        if not ours:
            raise Stop("The portal is already running from this folder.")
        yield
