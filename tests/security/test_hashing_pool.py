"""Logins wait for each other, and nobody else waits for them."""

import os
import re
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

from accounts import hashing
from devtools.web import THREADS
from tests.accounts.conftest import log_in
from tests.conftest import Company, CompletePages
from tests.factories import PASSWORD, SubIdFactory, hashed_password
from tests.security.conftest import Front, cookie_of, the_menu_is_answered
from tests.support.processes import until
from tests.support.turns import at_once, on_its_own_connection

TOO_MANY = 20
CSRF = "c" * 32


class Watched:
    """Django's hasher beneath ours: how many hashes run at once, and in which threads. They end when ``go`` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lock, self.go = threading.Lock(), threading.Event()
        self.running = self.most = self.ended = 0
        self.niceness: set[int] = set()
        for name in ("encode", "verify"):
            monkeypatch.setattr(Argon2PasswordHasher, name, self._watching(getattr(Argon2PasswordHasher, name)))

    def _watching(self, original: Callable[..., object]) -> Callable[..., object]:
        def watched(*args: object) -> object:
            with self.lock:
                self.running += 1
                self.most = max(self.most, self.running)
                self.niceness.add(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
            self.go.wait()
            try:
                return original(*args)
            finally:
                with self.lock:
                    self.running -= 1
                    self.ended += 1

        return watched


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    hashed_password()  # made before it is watched
    return Watched(monkeypatch)


def test_hashes_are_computed_few_at_a_time_and_behind_everything_else(watched: Watched) -> None:
    watched.go.set()
    encoded = hashed_password()
    made = at_once(20, lambda: make_password(PASSWORD))
    right = at_once(20, lambda: check_password(PASSWORD, encoded))
    assert len(set(made)) == 20
    assert right == [True] * 20
    assert watched.ended == 40
    assert watched.most == hashing.AT_ONCE
    assert watched.niceness == {min(os.getpriority(os.PRIO_PROCESS, 0) + 10, 19)}


def test_what_a_hash_raises_comes_out() -> None:
    with pytest.raises(AttributeError):
        hashing.apart(Argon2PasswordHasher().encode, 5, "salt")  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_who_finds_no_place_is_told_so_before_an_attempt_is_counted(watched: Watched, company: Company) -> None:
    signers = [SubIdFactory(parent=company.signer) for _each in range(hashing.PLACES)]
    late = CompletePages(REMOTE_ADDR="192.0.2.1")
    with ThreadPoolExecutor(hashing.PLACES) as people, ExitStack() as at_the_end:
        at_the_end.callback(watched.go.set)
        early = [
            people.submit(on_its_own_connection, partial(log_in, CompletePages(REMOTE_ADDR=f"10.0.0.{n}"), each))
            for n, each in enumerate(signers)
        ]
        until(lambda: not hashing._places._value, "all places are taken")
        for _each in range(TOO_MANY):
            answer = log_in(late, company.signer)
            assert answer.status_code == 503
            assert answer["Retry-After"] == "5"
            assert "ただいまログインが混み合っています" in answer.content.decode()
            assert company.signer.login_id in answer.content.decode()
        watched.go.set()
        assert [each.result().status_code for each in early] == [302] * hashing.PLACES
    assert watched.most == hashing.AT_ONCE
    assert watched.ended == hashing.PLACES
    assert log_in(late, company.signer).status_code == 302


def test_a_place_is_free_again_whatever_happened() -> None:
    for _each in range(hashing.PLACES + 1):
        with pytest.raises(ZeroDivisionError), hashing.place():
            raise ZeroDivisionError
    with hashing.place():
        pass


def test_the_web_server_has_threads_that_no_login_can_take() -> None:
    assert THREADS >= hashing.PLACES * 3 // 2
    (documented,) = re.findall(r"--blocking-threads (\d+)", Path("docs/operations.md").read_text())
    assert int(documented) == THREADS


@pytest.mark.django_db(transaction=True)
def test_a_page_does_not_wait_for_any_number_of_logins(
    front: Front, company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashes that never end, behind the real web server: a logged-in page is answered, and so is one login too many."""
    monkeypatch.setenv("HELD_HASHES", str(tmp_path))
    signers = [SubIdFactory(parent=company.signer) for _each in range(hashing.PLACES + TOO_MANY)]
    front.serve("tests.security.held_hashes:application", workers=1, threads=THREADS)
    cookie = cookie_of(company.signer)

    def enter(number: int) -> int:
        form = {"csrfmiddlewaretoken": CSRF, "chamber_code": company.chamber.code, "password": PASSWORD}
        body = urlencode({**form, "login_id": signers[number].login_id}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"eco-csrf={CSRF}"}
        answer, _text = front.ask("/login/", method="POST", address=f"127.0.0.{2 + number}", body=body, **headers)
        return answer.status

    with ThreadPoolExecutor(len(signers)) as people, ExitStack() as at_the_end:
        at_the_end.callback((tmp_path / "end").touch)
        asked = [people.submit(enter, number) for number in range(len(signers))]
        until(lambda: sum(each.done() for each in asked) == TOO_MANY, "those without a place are answered")
        the_menu_is_answered(front, cookie)
        assert (tmp_path / "begun").read_text() == "x" * hashing.AT_ONCE
        (tmp_path / "end").touch()
        answers = Counter(each.result() for each in asked)
    assert answers == {302: hashing.PLACES, 503: TOO_MANY}
