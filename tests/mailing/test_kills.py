"""Processes are killed while mail falls due. Nothing is lost, and no page notices.

The web server, the worker, its clock, Redis and the mail server are real processes; the database is the test's.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from redis import Redis

from accounts.models import Account, Kind
from devtools.processes import Child, Processes
from devtools.servers import start_redis
from devtools.web import free_port
from email_verification.services import send_first_code
from mailing.models import OutboxMail
from mailing.services import deliver_due
from tests.factories import AccountFactory, TradeRegistrationFactory
from tests.support.processes import until
from tests.support.sink import Sink

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]

CONCURRENCY = 2
KILLS = 20
MAILS = 1000


class Portal:
    """The portal's processes."""

    def __init__(self, folder: Path, sink: Sink) -> None:
        self.processes = Processes(folder / "log")
        self.folder = folder
        self.port = free_port()
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "eco_portal.settings",
            "DATABASE_URL": f"postgresql://postgres@/{connection.settings_dict['NAME']}?host={connection.settings_dict['HOST']}",
            "REDIS_URL": "",
            "ECO_SMTP_URL": f"smtp://127.0.0.1:{sink.port}?timeout=60",
            "ECO_ALLOWED_HOSTS": "127.0.0.1",
            "C_FORCE_ROOT": "1",
        }
        self.env["REDIS_URL"] = self.start_redis()

    def start_redis(self) -> str:
        """Starts Redis, at the same address every time."""
        (self.folder / "redis.sock").unlink(missing_ok=True)
        processes = Processes(self.folder / "log")
        address = start_redis(processes, self.folder, {**self.env, "REDIS_URL": ""})
        self.redis = processes.children[0]
        return address

    def stop(self) -> None:
        self.processes.stop()
        kill(self.redis)

    def start_worker(self) -> Child:
        options = ["worker", "-c", str(CONCURRENCY), "--without-gossip", "--without-mingle", "-l", "WARNING"]
        return self._start("worker", ["celery", "-A", "eco_portal", "--quiet", *options])

    def start_beat(self) -> Child:
        options = ["beat", "-s", str(self.folder / "beat"), "--pidfile="]
        return self._start("beat", ["celery", "-A", "eco_portal", "--quiet", *options])

    def start_web(self) -> Child:
        collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        subprocess.run(collect, env=self.env, check=True)
        options = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "2", "--host", "127.0.0.1"]
        web = self._start("web", ["granian", *options, "--port", str(self.port), "eco_portal.wsgi:application"])
        until(lambda: self.answers("/healthz"), "the web server answers")
        return web

    def _start(self, name: str, module: list[str]) -> Child:
        self.processes.start(name, [sys.executable, "-m", *module], self.env)
        return self.processes.children[-1]

    def answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as response:
                return bool(response.status == 200)
        except OSError:
            return False


def kill(child: Child) -> None:
    """As a power cut would: the whole process group, at once."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


def waiting() -> int:
    return OutboxMail.objects.filter(status=OutboxMail.Status.WAITING).count()


@pytest.fixture
def portal(tmp_path: Path, sink: Sink) -> Iterator[Portal]:
    made = Portal(tmp_path, sink)
    yield made
    made.stop()


def test_no_mail_is_lost_when_the_worker_is_killed_twenty_times(portal: Portal, sink: Sink) -> None:
    registration = TradeRegistrationFactory()
    signers = [
        AccountFactory.build(
            registration=registration, chamber=registration.chamber, kind=Kind.SIGNER, email_verified_at=None
        )
        for _each in range(MAILS)
    ]
    for signer in Account.objects.bulk_create(signers):
        send_first_code(signer)
    assert waiting() == MAILS
    portal.start_beat()
    for _kill in range(KILLS):
        before = len(sink.received)
        worker = portal.start_worker()
        until(lambda before=before: len(sink.received) > before + 5, "a worker delivers")  # type: ignore[misc]
        kill(worker)
    assert waiting() > 0
    # What the killed held falls due when its lease has run out, minutes later: that time is over now.
    OutboxMail.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now())
    portal.start_worker()
    until(lambda: waiting() == 0, "everything is delivered")

    assert OutboxMail.objects.filter(status=OutboxMail.Status.SENT).count() == MAILS
    received = Counter(str(mail["To"]) for mail in sink.received)
    assert set(received) == {signer.email for signer in signers}
    assert sum(received.values()) - MAILS <= KILLS * CONCURRENCY
    codes = {(str(mail["To"]), *re.findall(r"確認コード: (\S+)", mail.get_content())) for mail in sink.received}
    assert len(codes) == MAILS


class Visitor:
    """Somebody who has forgotten the password."""

    def __init__(self, portal: Portal) -> None:
        self.url = f"http://127.0.0.1:{portal.port}/forgotten/"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def asks_for_a_link(self, account: Account) -> str:
        """Where the person arrives."""
        with self.opener.open(self.url, timeout=600) as page:
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
        assert token
        typed = {
            "csrfmiddlewaretoken": token[1],
            "chamber_code": account.chamber.code,
            "login_id": account.login_id,
            "email": account.email,
        }
        with self.opener.open(self.url, urllib.parse.urlencode(typed).encode(), timeout=600) as page:
            return str(page.url).removeprefix(self.url.removesuffix("forgotten/"))


def kill_redis(portal: Portal) -> Callable[[], object]:
    kill(portal.redis)
    return portal.start_redis


def wipe_redis(portal: Portal) -> Callable[[], object]:
    redis = Redis(unix_socket_path=str(portal.folder / "redis.sock"))
    redis.flushall()
    return redis.flushall


def hang_redis(portal: Portal) -> Callable[[], object]:
    os.kill(portal.redis.process.pid, signal.SIGSTOP)
    return lambda: os.kill(portal.redis.process.pid, signal.SIGCONT)


def test_no_page_notices_and_no_mail_is_lost_when_redis_fails(portal: Portal, sink: Sink) -> None:
    registration = TradeRegistrationFactory()
    portal.start_web()
    portal.start_worker()
    portal.start_beat()
    asked = 0
    for fail in (kill_redis, wipe_redis, hang_redis):
        mend = fail(portal)
        for _each in range(5):
            account = AccountFactory(registration=registration, kind=Kind.SIGNER)
            assert Visitor(portal).asks_for_a_link(account) == "forgotten/sent/"
            assert portal.answers("/readyz")
            asked += 1
        if fail is hang_redis:
            deliver_due()
            until(lambda: waiting() == 0, "mail is delivered without Redis")
        mend()
        until(lambda: waiting() == 0, f"mail flows again after {fail.__name__}")
        assert len(sink.received) == asked
    portal.processes.check()
