"""Argon2 built for this machine's processor, and memory that a process keeps between two passwords (docs/operations.md)."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from benchmarks.report import Report
from devtools.environment import PYTHON, ROOT, VAR

_PACKAGE = "argon2-cffi-bindings"
# x86-64-v3: what the compiler is told to use.
_FLAGS = {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"}
_BUILD = {"CFLAGS": "-O3 -march=x86-64-v3"}
# One pool for all threads, which neither gives the 19 MiB of a hash back nor asks for them anew, in huge pages.
_MEMORY = {
    "GLIBC_TUNABLES": ":".join(
        (
            "glibc.malloc.arena_max=1",
            "glibc.malloc.hugetlb=1",
            "glibc.malloc.mmap_threshold=33554432",
            "glibc.malloc.trim_threshold=268435456",
        )
    )
}


TUNED = ", tuned"


class _CannotTune(Exception):
    """Says what is missing on this machine."""


def builds(report: Report) -> dict[str, dict[str, str]]:
    """The environment of processes with the usual build, under no name, and of those with the tuned one, where it can be made."""
    try:
        return {"": {}, TUNED: _tuned()}
    except _CannotTune as reason:
        report.remark(f"Not measured with a tuned build of Argon2: {reason}.")
        return {"": {}}


def _tuned() -> dict[str, str]:
    if missing := _FLAGS - _processor_flags():
        raise _CannotTune(f"the processor does not know {', '.join(sorted(missing))}")
    folder = VAR / "bench" / "argon2" / importlib.metadata.version(_PACKAGE)
    if not folder.is_dir():
        _build(folder)
    path = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    return {**_MEMORY, "PYTHONPATH": path}


def _processor_flags() -> set[str]:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("flags"):
            return set(line.split(":")[1].split())
    return set()


def _build(folder: Path) -> None:
    """From the source that belongs to the locked version; its hash is the lock file's."""
    if not shutil.which("gcc"):
        raise _CannotTune("there is no gcc")
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=folder.parent))
    lock = unfinished / "lock.txt"
    lock.write_text(_locked())
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", _PACKAGE, "--require-hashes"]
    command = [*_pip(), "install", *options, "--target", str(unfinished), "-r", str(lock)]
    done = subprocess.run(command, env={**os.environ, **_BUILD}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise _CannotTune(f"it could not be built: {done.stderr.strip().splitlines()[-1]}")
    with suppress(OSError):  # another run was quicker
        unfinished.rename(folder)


def _locked() -> str:
    """The package's lines of the lock file."""
    requirements = (ROOT / "requirements.txt").read_text().replace("\\\n", " ").splitlines()
    return next(line for line in requirements if line.startswith(f"{_PACKAGE}=="))


def _pip() -> list[str]:
    """The environment's own pip, or that of the Python that it was made from."""
    for python in (str(PYTHON), sys._base_executable):  # type: ignore[attr-defined]
        command = [python, "-m", "pip"]
        if subprocess.call([*command, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            return command
    raise _CannotTune("there is no pip")
