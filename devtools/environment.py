"""The virtual environment, made from the hashed lock file."""

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements-dev.txt"
VAR = ROOT / "var"


class Stop(Exception):
    """Ends the program with one sentence for the person at the keyboard."""


def say(text: str) -> None:
    print(text, flush=True)


def ensure_venv() -> None:
    """Makes the environment, or makes it anew when the lock file has changed."""
    stamp = VENV / "lock.sha256"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    say("Installing packages (once) ...")
    installer = _make_venv()
    options = ["--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps", "--require-hashes"]
    if subprocess.call([*installer, "install", *options, "-r", str(LOCK)]):
        raise Stop("The packages could not be installed; pip's message above says why.")
    stamp.write_text(wanted)


def _make_venv() -> list[str]:
    """The empty environment; returns the pip to fill it with. The host's own pip saves ten seconds."""
    try:
        import pip  # noqa: F401 (only asks whether it is there)
    except ImportError:
        with_pip = True
    else:
        with_pip = False
    try:
        venv.create(VENV, with_pip=with_pip, symlinks=True, clear=True)
    except (subprocess.CalledProcessError, ImportError) as error:
        raise Stop("Python's venv module is incomplete. On Debian: apt-get install python3-venv") from error
    if with_pip:
        return [str(PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def site_packages() -> Path:
    return next((VENV / "lib").glob("python3*")) / "site-packages"
