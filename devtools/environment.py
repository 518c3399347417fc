"""The virtual environment, made from the hashed lock files."""

import contextlib
import fcntl
import hashlib
import importlib.util
import platform
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements-dev.txt"
REDIS = VENV / "redis"
REDIS_LOCK = ROOT / "requirements-redis.txt"
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
    """Makes the environment, or makes it anew when a lock file has changed."""
    with alone(VAR / "install.lock", wait=True):  # of two commands begun at once the second finds it made
        _ensure(VENV, LOCK)
        if sys.platform == "linux" and platform.machine() == "x86_64":
            _ensure_redis()


def ensure_peers() -> None:
    """The same for what the benchmarks compare with, which lives apart from the project's packages."""
    with alone(VAR / "install.lock", wait=True):
        _ensure(PEERS, PEERS_LOCK)


def _ensure(folder: Path, lock: Path) -> None:
    if _is_made(folder, lock) and (folder / "bin" / "python").exists():  # its Python may have gone with an upgrade
        return
    _make_venv(folder)
    _install(folder, lock, folder)


def _ensure_redis() -> None:
    """Only the server of the package is used, and no Python of it: there are wheels for Pythons up to 3.12, and the server in
    them runs beside any."""
    if not _is_made(REDIS, REDIS_LOCK):
        any_python = ["--python-version", "3.12", "--implementation", "cp", "--platform", "manylinux2014_x86_64"]
        shutil.rmtree(REDIS, ignore_errors=True)
        _install(VENV, REDIS_LOCK, REDIS, "--only-binary=:all:", *any_python, "--target", str(REDIS))


def _is_made(folder: Path, lock: Path) -> bool:
    stamp = folder / "lock.sha256"
    return stamp.is_file() and stamp.read_text() == _digest(lock)


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _make_venv(folder: Path) -> None:
    """The empty environment, with a pip of its own where the host has none: doing without saves ten seconds."""
    try:
        venv.create(folder, with_pip=not _host_has_pip(), symlinks=True, clear=True)
    except (subprocess.CalledProcessError, ImportError) as error:
        raise Stop("Python's venv module is incomplete. On Debian: apt-get install python3-venv") from error


def _install(environment: Path, lock: Path, into: Path, *options: str) -> None:
    """Fills a folder with the packages of a lock file, by the pip that there is for the environment."""
    say(f"Installing the packages of {lock.relative_to(ROOT)} (once) ...")
    python = str(environment / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", python] if _host_has_pip() else [python, "-m", "pip"]
    usual = ["--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps", "--require-hashes"]
    if subprocess.call([*pip, "install", *usual, *options, "-r", str(lock)]):
        raise Stop("The packages could not be installed; pip's message above says why.")
    (into / "lock.sha256").write_text(_digest(lock))


def _host_has_pip() -> bool:
    return importlib.util.find_spec("pip") is not None


def site_packages() -> Path:
    return next((VENV / "lib").glob("python3*")) / "site-packages"
