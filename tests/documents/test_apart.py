"""The programs here are written into a package of their own, next to which ``run`` looks for documents.apart."""

import os
from collections.abc import Callable
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
    assert apart.run(name, "x", content=content, longest_answer=len(content) + 1) == (0, b"x" + content)


def test_a_program_that_reads_nothing_is_no_error(program: Callable[[str], str]) -> None:
    assert apart.run(program("raise SystemExit(3)"), content=bytes(1_000_000), longest_answer=10) == (3, b"")


def test_a_longer_answer_than_expected_counts_for_nothing(program: Callable[[str], str]) -> None:
    name = program("import sys\nwhile True: sys.stdout.buffer.write(bytes(1000))")
    code, answer = apart.run(name, content=b"", longest_answer=5000)
    assert code != 0
    assert answer == b""


def test_a_program_that_hangs_is_ended(program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_SECONDS", 0.5)
    code, answer = apart.run(program("import time; time.sleep(600)"), content=b"", longest_answer=10)
    assert code < 0
    assert answer == b""


def test_a_program_sees_nothing_of_our_environment(
    program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECO_SECRET_KEY", "canary")
    assert "canary" in os.environ.values()
    name = program("import os, sys; sys.stdout.write(repr(dict(os.environ)))")
    _, answer = apart.run(name, content=b"", longest_answer=10_000)
    assert answer
    assert b"canary" not in answer


@pytest.mark.parametrize(
    "deed",
    [
        "bytearray(2 * 1024 ** 3)",
        "open('written', 'w').write('x' * 100_000)",
        "any(iter(int, 1))",
        "import os, resource; os._exit(0) if resource.getrlimit(resource.RLIMIT_NPROC)[1] else os._exit(1)",
    ],
    ids=["memory", "files", "processor", "children"],
)
def test_a_confined_program_fails_at_what_it_must_not(
    program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    limits = "from documents import apart; apart._PROCESSOR_SECONDS = 1; apart.confine()"
    assert apart.run(program(limits), content=b"", longest_answer=10) == (0, b"")
    code, _ = apart.run(program(f"{limits}\n{deed}"), content=b"", longest_answer=10)
    assert code != 0
