"""A process that answers questions: a line of JSON for a line of JSON. It ends when nobody asks any more."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.load import WrongAnswer
from devtools.environment import ROOT


class Answerer:
    """The other side of a conversation."""

    def __init__(self, name: str, process: "subprocess.Popen[str]") -> None:
        self.name = name
        self.process = process

    def tell(self, question: object) -> None:
        """Asks without waiting for the answer."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        """The next answer. Raises WrongAnswer when the process has ended."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise WrongAnswer(f"{self.name} has ended (code {self.process.wait(10)}).")
        return json.loads(line)

    def ask(self, question: object) -> Any:
        self.tell(question)
        return self.hear()


@contextmanager
def conversation(python: Path, module: str, *arguments: str, log: Path, env: dict[str, str]) -> Iterator[Answerer]:
    """Runs the module, which calls ``answer``, until the block ends; what it complains about goes to the log."""
    with (
        log.open("ab") as complaints,
        subprocess.Popen(
            [str(python), "-m", module, *arguments],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        ) as process,
    ):
        try:
            yield Answerer(module, process)
        finally:
            assert process.stdin
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def answer(reply: Callable[[Any], object]) -> None:
    """The loop of such a process."""
    for line in sys.stdin:
        print(json.dumps(reply(json.loads(line))), flush=True)
