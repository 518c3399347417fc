"""The portal as strangers meet it: nginx in front, the web server behind it, both real, on the test's database."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from accounts.models import Account
from accounts.sessions import SessionStore
from devtools.processes import Processes
from devtools.web import free_port, local_site, start_proxy, start_web
from tests.support.processes import is_listening, until

# The static files of production, where nothing else writes them.
_COLLECT = """
import sys, django
from django.conf import settings
settings.STATIC_ROOT = sys.argv[1]
django.setup()
from django.core.management import call_command
call_command("collectstatic", interactive=False, verbosity=0)
"""


@pytest.fixture(scope="session")
def static_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What collectstatic makes in production, with its error pages."""
    folder = tmp_path_factory.mktemp("static")
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "eco_portal.settings"}
    subprocess.run([sys.executable, "-c", _COLLECT, str(folder)], env=env, check=True)
    return folder


@dataclass
class Front:
    """nginx, and the folder in which whoever is behind it listens."""

    folder: Path
    port: int
    processes: Processes

    @property
    def behind(self) -> Path:
        """The socket to listen on."""
        return self.folder / "web.sock"

    @property
    def logs(self) -> str:
        """Everything that nginx has written down."""
        files = [self.folder / "log" / "nginx.log", *(self.folder / "nginx").glob("*.log")]
        return "".join(file.read_text() for file in files)

    def connect(self, address: str = "127.0.0.1") -> socket.socket:
        """A connection from one of this machine's own addresses."""
        return socket.create_connection(("127.0.0.1", self.port), 60, source_address=(address, 0))

    def ask(
        self, path: str, *, method: str = "GET", address: str = "127.0.0.1", body: bytes = b"", **headers: str
    ) -> tuple[HTTPResponse, str]:
        """The answer and its text. Underscores of a header's name stay: nobody here knows better."""
        with closing(HTTPConnection("127.0.0.1", self.port, 60, source_address=(address, 0))) as asked:
            asked.request(method, path, body or None, headers)
            answer = asked.getresponse()
            return answer, answer.read().decode()

    def serve(self, application: str, **options: int) -> None:
        """Starts the application behind nginx."""
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"postgresql://postgres@/{connection.settings_dict['NAME']}?host={connection.settings_dict['HOST']}",
            "ECO_BEHIND_PROXY": "1",
        }
        start_web(self.processes, application, self.behind, env, **options)
        until(lambda: self.ask("/healthz")[0].status != 502, "the application answers")

    def requests(self, route: str) -> int:
        """How many requests of the route the portal has seen."""
        return (self.folder / "log" / "web.log").read_text().count(f'"route": "{route}"')


@pytest.fixture
def start_front(static_files: Path) -> Iterator[Callable[..., Front]]:
    """Starts nginx; ``patience`` is how long it waits for the parts of a request, ``directives`` come on top of a site's."""
    folder = Path(tempfile.mkdtemp(prefix="eco-"))  # a socket's path must be short
    front = Front(folder, free_port(), Processes(folder / "log"))

    def start(patience: str = "60s", directives: str = "") -> Front:
        site = local_site(folder / "nginx", front.port, front.behind, static=static_files)
        site = replace(site, patience=patience, listen=f"{site.listen} {directives}")
        start_proxy(front.processes, site, dict(os.environ))
        until(lambda: is_listening(front.port), "nginx listens")
        return front

    yield start
    front.processes.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def front(start_front: Callable[..., Front]) -> Front:
    """nginx with nobody behind it."""
    return start_front()


def cookie_of(account: Account) -> str:
    """A session of the account, as its browser sends it."""
    session = SessionStore()
    session.start(account)
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def the_menu_is_answered(front: Front, cookie: str) -> None:
    """Ten times, for whoever is logged in, whatever else goes on."""
    for _each in range(10):
        answer, text = front.ask(reverse("menu"), Cookie=cookie)
        assert answer.status == 200
        assert "メインメニュー" in text
