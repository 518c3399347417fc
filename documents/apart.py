"""Reading a stranger's file in a process of its own, which can do little and lives for seconds.

The decoders of PDF and of pictures are large programs in C and C++. What goes wrong in them goes wrong in a process with
no environment, no files to write, no children, bounded memory and time; the web process only reads its answer.
"""

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

_ROOT = Path(__file__).resolve().parent.parent
_SECONDS = 30
PROCESSOR_SECONDS = 10
MEMORY = 768 * 1024**2
# How many may run at once in one web process, so that memory is bounded for all of them together; seconds to wait for that.
AT_ONCE = 2
_PATIENCE = 10.0
_running = threading.BoundedSemaphore(AT_ONCE)
# Those that run and those that wait hold a thread each. The web server has more (devtools/web.py, docs/operations.md): those
# that are left over, beside the logins', belong to the pages.
PLACES = 8
_places = threading.BoundedSemaphore(PLACES)


class Busy(Exception):
    """As many files as may be read at once, and as may wait, are there already; nothing is known of this one."""


@dataclass(frozen=True)
class Answer:
    """What a program answered. ``code`` is its exit code, negative when it was killed; ``seconds`` are of processor time."""

    code: int
    content: bytes
    seconds: float


def run(module: str, *arguments: str, content: bytes, longest_answer: int) -> Answer:
    """Runs the module as a program with the content as its input.

    It is killed after 30 seconds, or by the limits of ``confine``. Of an answer longer than ``longest_answer`` bytes
    nothing is returned, with a code other than 0. Raises Busy.
    """
    with _a_place():
        return _run([module, *arguments], content, longest_answer)


@contextmanager
def _a_place() -> Iterator[None]:
    with _one_of(_places, wait=0), _one_of(_running, wait=_PATIENCE):
        yield


@contextmanager
def _one_of(free: threading.BoundedSemaphore, *, wait: float) -> Iterator[None]:
    if not free.acquire(timeout=wait):
        raise Busy
    try:
        yield
    finally:
        free.release()


def _run(command: list[str], content: bytes, longest_answer: int) -> Answer:
    process = subprocess.Popen(
        [sys.executable, "-s", "-m", *command],
        cwd=_ROOT,
        env={},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    # By its number, which stays its own until it is waited for below.
    alarm = threading.Timer(_SECONDS, os.kill, (process.pid, signal.SIGKILL))
    alarm.start()
    try:
        answer = _ask(process, content, longest_answer + 1)
        if len(answer) > longest_answer:
            answer = b""
        else:
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    finally:
        alarm.cancel()
        os.kill(process.pid, signal.SIGKILL)
        alarm.join()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Answer(process.returncode, answer, used.ru_utime + used.ru_stime)


def _ask(process: subprocess.Popen[bytes], content: bytes, most: int) -> bytes:
    """The program reads its input to the end before it answers, so nobody waits for the other."""
    question, answer = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
    with answer:
        with suppress(BrokenPipeError), question:
            question.write(content)
        return answer.read(most)


def confine() -> None:
    """Called first by such a program: takes from its own process what it will not need. There is no way back."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, allowed = resource.getrlimit(limit)
        most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(limit, (most, most))
