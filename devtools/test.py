"""The whole test suite on servers of its own."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from devtools.environment import PYTHON, ROOT, Stop, ensure_venv, say
from devtools.processes import Processes
from devtools.servers import start_postgres, start_redis

# Only for tests: nothing is kept under these keys.
_KEYS = {
    "ECO_SECRET_KEY": "for-tests-only-" + "0123456789abcdef" * 4,
    "ECO_MASTER_KEYS": "Zm9yLXRlc3RzLW9ubHktMDEyMzQ1Njc4OWFiY2RlZjA=",
}


def test(arguments: list[str]) -> int:
    """Runs pytest in parallel; returns its exit code."""
    ensure_venv()
    browser = find_browser()
    if browser is None and os.environ.get("CI"):
        raise Stop("No Chromium was found, and CI must run the browser tests.")
    folder = Path(tempfile.mkdtemp(prefix="eco-"))
    processes = Processes(folder / "log")
    try:
        env = {**os.environ, **_KEYS, **_settings(folder)}
        env["DATABASE_URL"] = start_postgres(processes, folder / "postgres", folder, env, throw_away=True)
        env["REDIS_URL"] = start_redis(processes, folder, env)
        parallel = [] if any(each.startswith("-n") for each in arguments) else ["-n", "auto", "--dist", "worksteal"]
        command = [str(PYTHON), "-m", "pytest", *parallel, *arguments]
        code = subprocess.call(command, cwd=ROOT, env={**env, "CHROME": browser or ""})
    finally:
        processes.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if browser is None:
        say("Skipped: the browser tests, because no Chromium was found (CHROME, chromium-headless-shell, chromium).")
    return code


def find_browser() -> str | None:
    """The Chromium to test with."""
    for name in (os.environ.get("CHROME"), "chromium-headless-shell", "chromium"):
        path = name and shutil.which(name)
        if path:
            return path
    return None


def _settings(folder: Path) -> dict[str, str]:
    (folder / "mail").mkdir()
    return {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "ECO_ORIGIN": "http://testserver",
        "ECO_PLAIN_HTTP": "1",
        "ECO_INBOX": str(folder / "mail"),
    }
