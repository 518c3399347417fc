"""Everything that can be known without running the tests."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from devtools.environment import PYTHON, ROOT, ensure_venv, say
from devtools.processes import Processes
from devtools.servers import start_postgres

# As in production; nothing is kept under these keys.
_PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "eco_portal.settings",
    "ECO_SECRET_KEY": "for-checks-only-" + "0123456789abcdefghijklmnopqrstuv" * 2,
    "ECO_MASTER_KEYS": "Zm9yLXRlc3RzLW9ubHktMDEyMzQ1Njc4OWFiY2RlZjA=",
    "ECO_ORIGIN": "https://eco.example.jp",
    "ECO_BEHIND_PROXY": "1",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}
_STEPS = {
    "lint": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy", "."],
    "templates": ["djlint", "--lint", "--quiet", "templates"],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
    "deployment": ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
}


def check(arguments: list[str]) -> int:
    """Runs every check, says which failed, and returns 1 if one did."""
    ensure_venv()
    folder = Path(tempfile.mkdtemp(prefix="eco-"))
    processes = Processes(folder / "log")
    try:
        env = {**os.environ, **_PRODUCTION}
        env["DATABASE_URL"] = start_postgres(processes, folder / "postgres", folder, env, throw_away=True)
        failed = [name for name, command in _STEPS.items() if not _passes(name, command, env)]
    finally:
        processes.stop()
        shutil.rmtree(folder, ignore_errors=True)
    failed += [lock.name for lock in ROOT.glob("requirements*.txt") if not _has_no_address(lock)]
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def _passes(name: str, command: list[str], env: dict[str, str]) -> bool:
    module = command if command[0] == "manage.py" else ["-m", *command]
    done = subprocess.run([str(PYTHON), *module], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    say(f"{name:12} {'ok' if done.returncode == 0 else 'FAILED'}")
    if done.returncode:
        say(done.stdout + done.stderr)
    return done.returncode == 0


def _has_no_address(lock: Path) -> bool:
    """A lock file holds hashes; an address would tie the project to one place."""
    clean = "://" not in lock.read_text()
    say(f"{lock.name:12} {'ok' if clean else 'FAILED: it holds an address'}")
    return clean
