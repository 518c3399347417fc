"""The one nginx configuration: valid for both places, and what nginx answers by itself is a page in Japanese."""

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from itertools import product
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.urls import reverse

from devtools.web import free_port, local_site, nginx_with
from eco_portal.static_files import STATUSES
from ops import proxy
from tests.security.conftest import Front

ROOT = Path(proxy.__file__).parent.parent
CONFIGURATION = (ROOT / "ops" / "nginx.conf").read_text()


def judged(site: proxy.Site) -> str:
    """What nginx says of the site's configuration, warnings among it."""
    done = subprocess.run([*nginx_with(site), "-t"], capture_output=True, text=True, check=False)
    return done.stderr


def local(tmp_path: Path) -> proxy.Site:
    return local_site(tmp_path / "nginx", free_port(), tmp_path / "web.sock")


def test_the_configuration_of_run_is_valid(tmp_path: Path) -> None:
    said = judged(local(tmp_path))
    assert "test is successful" in said
    assert not re.search(r"\[(warn|emerg|alert)\]", said), said


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "eco.example.jp")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (tmp_path / "chain.pem").write_bytes(made.public_bytes(pem))
    (tmp_path / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return tmp_path / "chain.pem", tmp_path / "key.pem"


def test_the_configuration_of_operations_is_valid(certificate: tuple[Path, Path], tmp_path: Path) -> None:
    chain, key = certificate
    arguments = proxy.arguments(["--name", "eco.example.jp", "--certificate", str(chain), "--key", str(key)])
    there, here = proxy.operations(arguments), local(tmp_path)
    # Ports, folders and the user that this machine may not have.
    said = judged(
        replace(
            there,
            listen=re.sub(r"\b443\b", str(free_port()), there.listen),
            before=re.sub(r"\b80\b", str(free_port()), there.before),
            work=here.work,
            logs=here.logs,
            pid=here.pid,
            user=here.user,
        )
    )
    assert "test is successful" in said
    assert not re.search(r"\[(warn|emerg|alert)\]", said), said


def test_the_command_prints_the_configuration_of_operations() -> None:
    command = [
        sys.executable,
        "-m",
        "ops.proxy",
        "--name",
        "eco.example.jp",
        "--certificate",
        "/c.pem",
        "--key",
        "/k.pem",
    ]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "%{" not in printed
    for line in ("server_name eco.example.jp;", "ssl_certificate /c.pem;", "unix:/run/eco/web.sock", "user www-data;"):
        assert line in printed


def test_both_places_share_all_but_what_a_site_names() -> None:
    shipped = set(re.findall(r"%\{(\w+)\}", CONFIGURATION))
    assert shipped == set(proxy.Site.__dataclass_fields__)


def test_every_page_that_nginx_shows_is_made_with_the_static_files(static_files: Path) -> None:
    shown = {int(status) for status in re.findall(r"/static/errors/(\d+)\.html;", CONFIGURATION)}
    assert shown == set(STATUSES)
    for status in STATUSES:
        page = (static_files / "errors" / f"{status}.html").read_text()
        assert re.search(r"<h1>[ぁ-んァ-ンー一-龠、]+</h1>", page)
        for file in re.findall(r'(?:href|src)="/static/([^"]+)"', page):
            assert (static_files / file).is_file()
            assert re.search(r"\.[0-9a-f]{12}\.", file)


def in_japanese(front: Front, text: str, heading: str) -> None:
    """The page says so, in the portal's look, which comes without the portal."""
    assert f"<h1>{heading}</h1>" in text
    (sheet,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)
    answer, css = front.ask(sheet)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert ".site-header" in css


@pytest.mark.parametrize("path", ["/", "/login/", "/menu/?next=/x/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_when_the_portal_is_away_a_page_says_so(path: str, method: str, front: Front) -> None:
    answer, text = front.ask(path, method=method, body=b"a=1" if method == "POST" else b"")
    assert answer.status == 502
    assert answer.headers["Retry-After"] == "30"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    in_japanese(front, text, "ただいま応答できません")


# Every page with a form for files, and the templates of those forms.
FOR_FILES = {
    "case_documents": "registration_cases/documents.html",
    "new_case_signer": "registration_cases/signer.html",
    "case_signer": "registration_cases/signer.html",
    "change_seal": "desk/settings/seal.html",
}
LARGEST, LARGEST_ELSEWHERE = 22 * 1024 * 1024, 3 * 1024 * 1024


def test_every_form_for_files_is_known() -> None:
    folder = ROOT / "templates"
    forms = [file for file in folder.rglob("*.html") if 'enctype="multipart/form-data"' in file.read_text()]
    assert {str(file.relative_to(folder)) for file in forms} == set(FOR_FILES.values())


def answer_to(front: Front, path: str, size: int) -> str:
    """What nginx says when a body of so many bytes is announced; empty where it waits for it."""
    with front.connect() as client:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: {size}\r\n\r\n"
        client.sendall(head.encode())
        said = client.recv(65536)
        if said.startswith(b"HTTP/1.1 100 "):
            return ""
        return (said + b"".join(iter(lambda: client.recv(65536), b""))).decode()


@pytest.mark.parametrize("name", [*FOR_FILES, "login", "case_company", "change_contact", "case"])
def test_a_body_that_is_too_large_is_refused_with_a_page_before_it_is_read(name: str, front: Front) -> None:
    path = reverse(name, args=[uuid4()] if name == "case_signer" else [])
    largest = LARGEST if name in FOR_FILES else LARGEST_ELSEWHERE
    assert answer_to(front, path, largest) == ""
    answer = answer_to(front, path, largest + 1)
    assert answer.startswith("HTTP/1.1 413 ")
    in_japanese(front, answer, "送信された内容が大きすぎます")


def test_the_largest_bodies_pass_and_who_does_not_read_them_is_heard(front: Front) -> None:
    front.serve("eco_portal.wsgi:application", workers=1, threads=1)
    for path, size in (("/no/such/page/", LARGEST_ELSEWHERE), (reverse("case_documents"), LARGEST)):
        answers = {front.ask(path, method="POST", body=bytes(size))[0].status for _each in range(20)}
        assert answers == {404 if "such" in path else 403}, path


def test_one_address_gets_no_more_than_a_hundred_requests_at_once(front: Front) -> None:
    with ExitStack() as open_ones:
        for _each in range(100):
            client = open_ones.enter_context(front.connect())
            client.sendall(b"POST /x/ HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")
            assert client.recv(65536).startswith(b"HTTP/1.1 100 ")  # it waits for the body
        answer, text = front.ask("/login/")
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "30"
        assert front.ask("/login/", address="127.0.0.2")[0].status == 502
    assert "<h1>ただいま混み合っているか、点検中です</h1>" in text


# Whoever connects says from where, in the place of machines with such addresses.
ANYWHERE = "set_real_ip_from 127.0.0.1; real_ip_header From;"
OF_ONE_NETWORK = [f"2001:db8:0:1:{n:x}::{n:x}" for n in range(100)]


@pytest.mark.parametrize(
    ("address", "status"),
    [("2001:db8:0:1::ffff", 503), ("2001:db8:0:2::1", 502), ("2001:db8::1", 502), ("192.0.2.1", 502)],
)
def test_the_addresses_of_one_network_share_its_hundred_requests(
    address: str, status: int, start_front: Callable[..., Front]
) -> None:
    front = start_front(directives=ANYWHERE)
    head = "POST /x/ HTTP/1.1\r\nHost: x\r\nFrom: {}\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"
    with ExitStack() as open_ones:
        for each in OF_ONE_NETWORK:
            client = open_ones.enter_context(front.connect())
            client.sendall(head.format(each).encode())
            assert client.recv(65536).startswith(b"HTTP/1.1 100 ")  # it waits for the body
        assert front.ask("/login/", From=address)[0].status == status


def test_the_addresses_of_one_network_share_its_logins(start_front: Callable[..., Front]) -> None:
    front = start_front(directives=ANYWHERE)
    answers = [front.ask("/login/", method="POST", From=each)[0].status for each in OF_ONE_NETWORK]
    assert answers[:31] == [502] * 31
    assert 429 in answers
    assert front.ask("/login/", method="POST", From="2001:db8:0:2::1")[0].status == 502


@pytest.mark.django_db(transaction=True)
def test_whoever_must_log_in_first_is_led_to_the_login_from_every_address(front: Front) -> None:
    """Where the address is carried along, the head of the answer holds it with each of its signs written as three."""
    front.serve("eco_portal.wsgi:application", workers=1, threads=1)
    for sign, length in product(("a", "'", "%22", "%E8%A8%BC"), (100, 3000, 3980, 8000)):
        asked = f"/menu/?q={sign * (length // len(sign))}"
        answer, _text = front.ask(asked)
        assert answer.status == 302
        carried = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert (unquote(carried["next"][0]) == unquote(asked)) if length < 4000 else not carried


@pytest.mark.parametrize(
    ("head", "status", "heading"),
    [
        (b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n" % (b"a" * 40_000), 414, "リクエストを処理できませんでした"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: %s\r\n\r\n" % (b"a" * 40_000), 400, "リクエストを処理できませんでした"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: x\r\n\r\n", 501, "リクエストを処理できませんでした"),
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505, "リクエストを処理できませんでした"),
        (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "リクエストを処理できませんでした"),
        (b"GET /static/none.css HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404, "ページが見つかりません"),
        (b"GET /static/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404, "ページが見つかりません"),
        (
            b"GET /static/errors/413.html HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            404,
            "ページが見つかりません",
        ),
        (b"GET /static/../nginx.conf HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 502, "ただいま応答できません"),
        (
            b"POST /static/css/portal.css HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            405,
            "この画面は直接開けません",
        ),
    ],
)
def test_whatever_else_nginx_refuses_it_refuses_in_japanese(
    head: bytes, status: int, heading: str, front: Front
) -> None:
    with front.connect() as client:
        client.sendall(head)
        answer = b"".join(iter(lambda: client.recv(65536), b"")).decode()
    assert answer.startswith(f"HTTP/1.1 {status} ")
    in_japanese(front, answer, heading)


def test_no_address_and_no_cookie_is_written_down(front: Front) -> None:
    secret = "one-time-secret"
    front.ask(f"/reset/{secret}/?proof={secret}", Cookie=f"eco-session={secret}", Referer=f"http://x/{secret}")
    front.ask(f"/static/{secret}")
    assert '"status": "502"' in front.logs
    assert '"status": "404"' in front.logs
    assert secret not in front.logs
    assert "127.0.0.1" not in front.logs
