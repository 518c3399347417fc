"""Requests that never end. They cost a stranger nothing; they must cost the portal no thread."""

import socket
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from tests.conftest import Company
from tests.security.conftest import Front, cookie_of

PORTAL = "eco_portal.wsgi:application"
THREADS = 2
ATTACKERS = 40

_POST = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
# How a request can begin and never end.
UNFINISHED = {
    "a body that is announced and does not come": _POST % b"/login/" + b"Content-Length: 1000\r\n\r\n",
    "a body that comes but for its last byte": _POST % b"/login/" + b"Content-Length: 10\r\n\r\nlogin_id=",
    "a body in pieces without a last one": _POST % b"/login/" + b"Transfer-Encoding: chunked\r\n\r\n5\r\nlogin\r\n",
    "a large body": _POST % b"/register/801/" + b"Content-Length: 20000000\r\n\r\n" + bytes(100_000),
    "a page that takes no body": _POST.replace(b"POST", b"GET") % b"/login/" + b"Content-Length: 1000\r\n\r\n",
    "a head without its end": _POST % b"/login/",
    "half a line": b"POST /lo",
    "nothing at all": b"",
}


@pytest.mark.django_db(transaction=True)
def test_a_page_is_answered_beside_any_number_of_unfinished_requests(
    start_front: Callable[..., Front], company: Company
) -> None:
    front = start_front(patience="600s")
    front.serve(PORTAL, workers=1, threads=THREADS)
    cookie = cookie_of(company.signer)
    with ExitStack() as open_ones:
        for number in range(ATTACKERS):
            for begun in UNFINISHED.values():
                client = open_ones.enter_context(front.connect(f"127.0.0.{2 + number}"))
                client.sendall(begun)
        for _each in range(3):
            answer, text = front.ask("/menu/", Cookie=cookie)
            assert answer.status == 200
            assert "メインメニュー" in text
        assert front.requests("menu/") == 3
        assert front.requests("login/") == 0
        assert front.requests("register/<slug:code>/") == 0
    answer, _text = front.ask("/login/")
    assert answer.status == 200
    assert front.requests("login/") == 1


@pytest.mark.parametrize("begun", UNFINISHED.values(), ids=UNFINISHED)
def test_a_request_that_does_not_go_on_is_closed_and_reaches_nobody(
    begun: bytes, start_front: Callable[..., Front]
) -> None:
    front = start_front(patience="1s")
    with socket.socket(socket.AF_UNIX) as portal, front.connect() as client:
        portal.bind(str(front.behind))
        portal.listen()
        portal.setblocking(False)
        client.sendall(begun)
        assert not b"".join(iter(lambda: client.recv(65536), b"")).startswith(b"HTTP/1.1 2")
        with pytest.raises(BlockingIOError):
            portal.accept()
