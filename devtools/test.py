"""The whole test suite on servers of its own."""

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from devtools.environment import LOCK, PYTHON, ROOT, VAR, Stop, alone, ensure_peers, ensure_venv, say
from devtools.processes import Processes
from devtools.servers import start_postgres, start_redis

# Only for tests: nothing is kept under these keys.
_KEYS = {
    "ECO_SECRET_KEY": "for-tests-only-" + "0123456789abcdef" * 4,
    "ECO_MASTER_KEYS": "Zm9yLXRlc3RzLW9ubHktMDEyMzQ1Njc4OWFiY2RlZjA=",
}


def test(arguments: list[str]) -> int:
    """Runs pytest in parallel; returns its exit code. ``--minutes N``: tests that have not begun by then are skipped."""
    arguments, ends = _time_limit(arguments)
    ensure_venv()
    browser = find_browser()
    if browser is None and os.environ.get("CI"):
        raise Stop("No Chromium was found, and CI must run the browser tests.")
    # One by one, in the order of tests/conftest.py: who is free takes the next.
    one_by_one = ["-n", "auto", "--dist", "load", "--maxschedchunk", "1"]
    parallel = [] if any(each.startswith("-n") for each in arguments) else one_by_one
    with _with_tables() as data, throw_away_servers(data) as env:
        env["ECO_TESTS_TEMPLATE"] = "eco" if data else ""
        command = [str(PYTHON), "-m", "pytest", *parallel, *arguments]
        code = subprocess.call(command, cwd=ROOT, env={**env, **ends, "CHROME": browser or ""})
    if browser is None:
        say("Skipped: the browser tests, because no Chromium was found (CHROME, chromium-headless-shell, chromium).")
    return code


def _time_limit(arguments: list[str]) -> tuple[list[str], dict[str, str]]:
    """The arguments without ``--minutes N``, and what tells the tests when it is over."""
    match arguments:
        case ["--minutes", minutes, *rest] if minutes.isdecimal():
            return rest, {"ECO_TESTS_END": str(time.monotonic() + 60 * int(minutes))}
        case ["--minutes", *_]:
            raise Stop("test takes --minutes and a number.")
    return arguments, {}


def screens(arguments: list[str]) -> int:
    """Makes the pictures under docs/screens/ anew, by walking through the browser journeys."""
    if find_browser() is None:
        raise Stop("No Chromium was found to take the pictures with (CHROME, chromium-headless-shell, chromium).")
    if not _writes_japanese():
        raise Stop(
            "No Japanese font was found, and the pictures would show boxes (Debian: fontconfig fonts-ipaexfont-gothic)."
        )
    shutil.rmtree(ROOT / "docs" / "screens", ignore_errors=True)
    os.environ["ECO_SCREENS"] = "1"
    return test(["tests/journeys", *arguments])


def bench(arguments: list[str]) -> int:
    """Runs the benchmarks; returns their exit code."""
    ensure_venv()
    ensure_peers()
    with _kept_databases() as data, throw_away_servers(data) as env:
        env = {**env, "DJANGO_SETTINGS_MODULE": "eco_portal.settings", "ECO_ALLOWED_HOSTS": "127.0.0.1,testserver"}
        env["ECO_BENCH_FOLDER"] = str(Path(env["ECO_INBOX"]).parent)
        python = [str(PYTHON), "-m"]
        return subprocess.call([*python, "benchmarks.prepare"], cwd=ROOT, env=env) or subprocess.call(
            [*python, "benchmarks", *arguments], cwd=ROOT, env=env
        )


@contextlib.contextmanager
def _with_tables() -> Iterator[Path | None]:
    """A copy of PostgreSQL's data where the database ``eco`` has all tables and no rows: every process of the tests copies it,
    which takes a second where the migrations take ten. Nothing where the environment names a PostgreSQL."""
    if os.environ.get("DATABASE_URL"):
        yield None
        return
    kept = VAR / "tests" / _fingerprint_of_tables()
    with tempfile.TemporaryDirectory(prefix="eco-") as folder:
        with alone(VAR / "tests.lock", wait=True):
            if not kept.is_dir():
                _make_tables(kept)
            shutil.copytree(kept, Path(folder) / "postgres")
        yield Path(folder) / "postgres"


def _make_tables(kept: Path) -> None:
    shutil.rmtree(kept.parent, ignore_errors=True)
    unfinished = kept.with_suffix(".unfinished")
    with throw_away_servers(unfinished) as env:
        if subprocess.call([str(PYTHON), "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=env):
            raise Stop("The tables could not be made; the message above says why.")
    unfinished.rename(kept)


def _fingerprint_of_tables() -> str:
    """What the tables follow from."""
    made_by = [*ROOT.glob("*/migrations/*.py"), ROOT / "foundation" / "search.py", LOCK]
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(made_by))).hexdigest()[:16]


@contextlib.contextmanager
def _kept_databases() -> Iterator[Path | None]:
    """Where the large databases are kept between runs; nothing while another run has them."""
    with alone(VAR / "bench" / "lock", wait=False) as ours:
        yield VAR / "bench" / "postgres" if ours else None


@contextlib.contextmanager
def throw_away_servers(data: Path | None = None) -> Iterator[dict[str, str]]:
    """PostgreSQL and Redis in a folder of their own, deleted afterwards; gives the environment that names them.

    Where ``data`` is given, PostgreSQL keeps its databases there.
    """
    folder = Path(tempfile.mkdtemp(prefix="eco-"))
    processes = Processes(folder / "log")
    try:
        env = {**os.environ, **_KEYS, **_settings(folder)}
        env["DATABASE_URL"] = start_postgres(processes, data or folder / "postgres", folder, env, throw_away=True)
        env["REDIS_URL"] = start_redis(processes, folder, env)
        yield env
    finally:
        processes.stop()
        shutil.rmtree(folder, ignore_errors=True)


def find_browser() -> str | None:
    """The Chromium to test with."""
    for name in (os.environ.get("CHROME"), "chromium-headless-shell", "chromium"):
        path = name and shutil.which(name)
        if path:
            return path
    return None


def _writes_japanese() -> bool:
    """Whether the browser finds a font for what the pages say."""
    fonts = shutil.which("fc-list")
    return fonts is not None and bool(subprocess.check_output([fonts, ":lang=ja"]).strip())


def _settings(folder: Path) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "ECO_ORIGIN": "http://testserver",
        "ECO_PLAIN_HTTP": "1",
        "ECO_INBOX": str(folder / "mail"),
    }
