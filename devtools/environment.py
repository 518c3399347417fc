"""The virtual environment, made from the hashed lock file."""

import contextlib
import fcntl
import hashlib
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements-dev.txt"
VAR = ROOT / "var"
PEERS = VAR / "bench" / "peers"
PEERS_LOCK = ROOT / "benchmarks" / "peers" / "requirements.txt"


class Stop(Exception):
    """Ends the program with one sentence for the person at the keyboard."""


def say(text: str) -> None:
    print(text, flush=True)


@contextlib.contextmanager
def alone(lock: Path, *, wait: bool) -> Iterator[bool]:
    """Nobody else is in here with the same lock file; gives False where somebody is and we do not wait."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def ensure_venv() -> None:
    """Makes the environment, or makes it anew when the lock file has changed."""
    with alone(VAR / "install.lock", wait=True):  # of two commands begun at once the second finds it made
        _ensure(VENV, LOCK)


def ensure_peers() -> None:
    """The same for what the benchmarks compare with, which lives apart from the project's packages."""
    with alone(VAR / "install.lock", wait=True):
        _ensure(PEERS, PEERS_LOCK)


def _ensure(folder: Path, lock: Path) -> None:
    stamp = folder / "lock.sha256"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    say(f"Installing the packages of {lock.relative_to(ROOT)} (once) ...")
    installer = _make_venv(folder)
    options = ["--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps", "--require-hashes"]
    if subprocess.call([*installer, "install", *options, "-r", str(lock)]):
        raise Stop("The packages could not be installed; pip's message above says why.")
    stamp.write_text(wanted)


def _make_venv(folder: Path) -> list[str]:
    """The empty environment; returns the pip to fill it with. The host's own pip saves ten seconds."""
    try:
        import pip  # noqa: F401 (only asks whether it is there)
    except ImportError:
        with_pip = True
    else:
        with_pip = False
    try:
        venv.create(folder, with_pip=with_pip, symlinks=True, clear=True)
    except (subprocess.CalledProcessError, ImportError) as error:
        raise Stop("Python's venv module is incomplete. On Debian: apt-get install python3-venv") from error
    python = str(folder / "bin" / "python")
    return [python, "-m", "pip"] if with_pip else [sys.executable, "-m", "pip", "--python", python]


def site_packages() -> Path:
    return next((VENV / "lib").glob("python3*")) / "site-packages"
