"""The portal with example companies, on this machine alone."""

import base64
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from devtools.environment import PYTHON, ROOT, VAR, Stop, ensure_venv, say
from devtools.processes import Processes
from devtools.servers import start_postgres, start_redis
from devtools.web import answers, free_port, local_site, start_proxy, start_web

PORTAL = "eco_portal.wsgi:application"

# One interpreter start for all that must be done before the web server.
_PREPARE = """
import django, sys
from django.core.management import call_command
django.setup()
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
call_command("load_demo")
"""


def run(port: int) -> int:
    """Starts everything and waits for Ctrl-C."""
    started = time.monotonic()
    _refuse_taken_port(port)
    ensure_venv()
    processes = Processes(VAR / "log")
    sockets = Path(tempfile.mkdtemp(prefix="eco-"))
    try:
        env = _environment(port)
        say("Starting PostgreSQL and Redis ...")
        env["DATABASE_URL"] = start_postgres(processes, VAR / "postgres", sockets, env, throw_away=False)
        env["REDIS_URL"] = start_redis(processes, sockets, env)
        _write_environment(env)
        say("Preparing the database ...")
        companies = _prepare(env)
        say("Starting the web server, the worker, its clock and the mail inbox ...")
        _start_portal(processes, port, sockets, env)
        processes.wait_for("web", lambda: answers(port))
        say(f"Ready after {time.monotonic() - started:.0f} s.\n\n{companies}")
        say(f"Open  http://127.0.0.1:{port}/           (mail: http://127.0.0.1:{port}/dev/mail/)\nStop with Ctrl-C.")
        processes.watch()
    except KeyboardInterrupt:
        say("\nStopping ...")
    finally:
        processes.stop()
        shutil.rmtree(sockets, ignore_errors=True)
    return 0


def manage(arguments: list[str]) -> int:
    """manage.py with the environment of the running portal."""
    file = VAR / "environment"
    if not file.is_file():
        raise Stop("Nothing is running: start python3 dev.py run first.")
    env = dict(line.split("=", 1) for line in file.read_text().splitlines())
    return subprocess.call([str(PYTHON), "manage.py", *arguments], cwd=ROOT, env={**os.environ, **env})


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Stop(f"Port {port} is taken: choose another with --port.") from error


def _environment(port: int) -> dict[str, str]:
    return {
        **os.environ,
        **_secrets(),
        "DJANGO_SETTINGS_MODULE": "eco_portal.settings",
        "ECO_ORIGIN": f"http://127.0.0.1:{port}",
        "ECO_ALLOWED_HOSTS": "127.0.0.1,localhost",
        "ECO_PLAIN_HTTP": "1",
        "ECO_BEHIND_PROXY": "1",
        "ECO_INBOX": str(VAR / "mail"),
        "ECO_SMTP_URL": f"smtp://127.0.0.1:{free_port()}",
    }


def _secrets() -> dict[str, str]:
    """Random keys, made at the first run and kept, so that a second run can read its data."""
    file = VAR / "secrets.env"
    if not file.is_file():
        file.touch(mode=0o600)
        key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        file.write_text(f"ECO_SECRET_KEY={secrets.token_urlsafe(50)}\nECO_MASTER_KEYS={key}\n")
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def _write_environment(env: dict[str, str]) -> None:
    """For ``dev.py manage``: what is not of this shell."""
    file = VAR / "environment"
    file.touch(mode=0o600)
    ours = {name: value for name, value in env.items() if os.environ.get(name) != value}
    file.write_text("".join(f"{name}={value}\n" for name, value in ours.items()))


def _prepare(env: dict[str, str]) -> str:
    done = subprocess.run([str(PYTHON), "-c", _PREPARE], cwd=ROOT, env=env, text=True, capture_output=True, check=False)
    if done.returncode:
        raise Stop(f"The database could not be prepared:\n{done.stderr}")
    return done.stdout


def _start_portal(processes: Processes, port: int, sockets: Path, env: dict[str, str]) -> None:
    """Started in the order in which they are stopped backwards: nginx first to go, then the web, the clock, the worker, the
    inbox."""
    start_inbox(processes, VAR / "mail", env)
    start_mailing(processes, VAR, env)
    start_web(processes, PORTAL, sockets / "web.sock", env)
    start_proxy(processes, local_site(sockets / "nginx", port, sockets / "web.sock"), env)


def start_inbox(processes: Processes, folder: Path, env: dict[str, str]) -> None:
    """The mail server that keeps whatever the portal sends, in a Maildir.

    Python's Maildir makes its three folders only together with the one around them. Where that stood empty, it refused every
    mail for good; so all are made here.
    """
    for name in ("tmp", "new", "cur"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    address = env["ECO_SMTP_URL"].removeprefix("smtp://")
    inbox = ["aiosmtpd", "-n", "-l", address, "-c", "aiosmtpd.handlers.Mailbox", str(folder)]
    processes.start("mail-inbox", [str(PYTHON), "-m", *inbox], env)


def start_mailing(processes: Processes, folder: Path, env: dict[str, str]) -> None:
    """The worker and its clock, which keeps its notes in the folder."""
    celery = [str(PYTHON), "-m", "celery", "-A", "eco_portal", "--quiet"]
    worker, clock = ["worker", "-c", "2", "-l", "INFO"], ["beat", "-s", str(folder / "beat"), "--pidfile="]
    processes.start("worker", [*celery, *worker], {**env, "C_FORCE_ROOT": "1"})
    processes.start("beat", [*celery, *clock], env)
