"""The programs here are written into a package of their own, next to which ``run`` looks for documents.apart."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from documents import apart

ROOT = Path(apart.__file__).parent.parent


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Writes a program that run can start; returns its module's name."""
    (tmp_path / "documents").symlink_to(ROOT / "documents")
    monkeypatch.setattr(apart, "_ROOT", tmp_path)

    def write(source: str) -> str:
        (tmp_path / "trial.py").write_text(source)
        return "trial"

    return write


def test_a_program_answers_what_it_was_given(program: Callable[[str], str]) -> None:
    name = program("import sys; sys.stdout.buffer.write(sys.argv[1].encode() + sys.stdin.buffer.read())")
    content = bytes(range(256)) * 10_000
    answer = apart.run(name, "x", content=content, longest_answer=len(content) + 1)
    assert (answer.code, answer.content) == (0, b"x" + content)


def test_a_program_that_reads_nothing_is_no_error(program: Callable[[str], str]) -> None:
    answer = apart.run(program("raise SystemExit(3)"), content=bytes(1_000_000), longest_answer=10)
    assert (answer.code, answer.content) == (3, b"")


def test_a_longer_answer_than_expected_counts_for_nothing(program: Callable[[str], str]) -> None:
    name = program("import sys\nwhile True: sys.stdout.buffer.write(bytes(1000))")
    answer = apart.run(name, content=b"", longest_answer=5000)
    assert answer.code != 0
    assert answer.content == b""


@pytest.mark.parametrize("deed", ["import time; time.sleep(600)", "import os, time; os.close(1); time.sleep(600)"])
def test_a_program_that_hangs_is_ended(
    deed: str, program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_SECONDS", 0.5)
    answer = apart.run(program(deed), content=b"", longest_answer=10)
    assert answer.code < 0
    assert answer.content == b""


def test_a_program_sees_nothing_of_our_environment(
    program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECO_SECRET_KEY", "canary")
    assert "canary" in os.environ.values()
    name = program("import os, sys; sys.stdout.write(repr(dict(os.environ)))")
    answer = apart.run(name, content=b"", longest_answer=10_000)
    assert answer.content
    assert b"canary" not in answer.content


@pytest.mark.parametrize(
    "deed",
    [
        "bytearray(2 * 1024 ** 3)",
        "open('written', 'wb', buffering=0).write(b'x')",
        "any(iter(int, 1))",
        "import os, resource; os._exit(0) if resource.getrlimit(resource.RLIMIT_NPROC)[1] else os._exit(1)",
    ],
    ids=["memory", "files", "processor", "children"],
)
def test_a_confined_program_fails_at_what_it_must_not(
    program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    limits = "from documents import apart; apart.PROCESSOR_SECONDS = 1; apart.confine()"
    assert apart.run(program(limits), content=b"", longest_answer=10).code == 0
    assert apart.run(program(f"{limits}\n{deed}"), content=b"", longest_answer=10).code != 0


def test_an_answer_says_what_it_cost(program: Callable[[str], str]) -> None:
    name = program("import time\nwhile time.process_time() < 0.5: pass")
    assert apart.run(name, content=b"", longest_answer=10).seconds >= 0.5


def test_no_more_programs_run_at_once_than_are_allowed(
    program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each waits until a file says that all may go on: as many as are allowed hold their places, and the next is refused."""
    monkeypatch.setattr(apart, "_PATIENCE", 0.1)
    name = program(
        "import pathlib, sys, time\n"
        "pathlib.Path(sys.argv[1], sys.argv[2]).touch()\n"
        "while not pathlib.Path(sys.argv[1], 'go').exists(): time.sleep(0.05)"
    )
    with ThreadPoolExecutor() as threads:
        running = [
            threads.submit(apart.run, name, str(tmp_path), f"{number}", content=b"", longest_answer=10)
            for number in range(apart.AT_ONCE)
        ]
        while not all((tmp_path / f"{number}").exists() for number in range(apart.AT_ONCE)):
            time.sleep(0.05)
        with pytest.raises(apart.Busy):
            apart.run(name, str(tmp_path), "late", content=b"", longest_answer=10)
        (tmp_path / "go").touch()
        assert [each.result().code for each in running] == [0] * apart.AT_ONCE
    assert not (tmp_path / "late").exists()
    assert apart.run(name, str(tmp_path), "later", content=b"", longest_answer=10).code == 0
