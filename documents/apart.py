"""Reading a stranger's file in a process of its own, which can do little and lives for seconds.

The parsers of PDF are large programs in C++. What goes wrong in them goes wrong in a process with no environment, no
files to write, no children, bounded memory and time; the web process only reads its answer.
"""

import resource
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

_ROOT = Path(__file__).resolve().parent.parent
_SECONDS = 15
_PROCESSOR_SECONDS = 10
_MEMORY = 1024**3


def run(module: str, *arguments: str, content: bytes, longest_answer: int) -> tuple[int, bytes]:
    """Runs the module as a program with the content as its input; its exit code, and what it wrote.

    The code is negative when the process was killed: after 15 seconds, or by the limits of ``confine``. Of an answer
    longer than ``longest_answer`` bytes nothing is returned, with a code other than 0.
    """
    with subprocess.Popen(
        [sys.executable, "-s", "-m", module, *arguments],
        cwd=_ROOT,
        env={},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        alarm = threading.Timer(_SECONDS, process.kill)
        alarm.start()
        try:
            answer = _ask(process, content, longest_answer + 1)
            if len(answer) > longest_answer:
                process.kill()
                answer = b""
            return process.wait(), answer
        finally:
            process.kill()
            alarm.cancel()


def _ask(process: subprocess.Popen[bytes], content: bytes, most: int) -> bytes:
    """The program reads its input to the end before it answers, so nobody waits for the other."""
    question, answer = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
    with suppress(BrokenPipeError), question:
        question.write(content)
    return answer.read(most)


def confine() -> None:
    """Called first by such a program: takes from its own process what it will not need. There is no way back."""
    for limit, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, allowed = resource.getrlimit(limit)
        most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(limit, (most, most))
