"""Files that take their time: whoever sends any number of them gets a few threads, and the pages keep the others."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from accounts import hashing
from casework.models import SupportingDocument
from devtools.web import THREADS
from documents import apart, pictures_apart
from registration_cases.document_kinds import DocumentKind
from tests.casework.conftest import browser_in
from tests.casework.factories import CaseFactory, ready
from tests.conftest import Company
from tests.documents.test_apart import program
from tests.documents.test_uploads import invoice
from tests.security.conftest import Front, cookie_of, the_menu_is_answered
from tests.support.processes import until

__all__ = ["program"]  # a fixture

TOO_MANY = 30
BUSY = str(pictures_apart.BUSY_MESSAGE)


def test_the_web_server_has_threads_that_neither_logins_nor_files_can_take() -> None:
    assert hashing.PLACES + apart.PLACES < THREADS


def test_who_finds_no_place_does_not_wait_for_one(program: Callable[[str], str], tmp_path: Path) -> None:
    """The programs wait for a file: as many as may are there, running or waiting, and the next is refused at once."""
    name = program(
        "import pathlib, sys, time\n"
        "pathlib.Path(sys.argv[1], 'begun').open('a').write('x')\n"
        "while not pathlib.Path(sys.argv[1], 'go').exists(): time.sleep(0.05)"
    )

    def run() -> int:
        return apart.run(name, str(tmp_path), content=b"", longest_answer=10).code

    with ThreadPoolExecutor(apart.PLACES) as threads, ExitStack() as at_the_end:
        at_the_end.callback((tmp_path / "go").touch)
        inside = [threads.submit(run) for _each in range(apart.PLACES)]
        until(lambda: not apart._places._value and not apart._running._value, "all places are taken")
        for _each in range(TOO_MANY):
            with pytest.raises(apart.Busy):
                run()
        (tmp_path / "go").touch()
        assert [each.result() for each in inside] == [0] * apart.PLACES
    assert len((tmp_path / "begun").read_text()) == apart.PLACES
    assert run() == 0


def body_with(upload: bytes, token: str) -> bytes:
    """A form with a document, as a browser sends it."""
    fields = {"csrfmiddlewaretoken": token, "kind": DocumentKind.OTHER.value, "issued_on": ""}
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts.append(b'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + upload)
    return b"".join(b"--edge\r\n%s\r\n" % part for part in parts) + b"--edge--\r\n"


@pytest.mark.django_db(transaction=True)
def test_a_page_does_not_wait_for_any_number_of_files(
    front: Front, company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that are never done, behind the real web server: a logged-in page is answered, and so is one file too many."""
    monkeypatch.setenv("HELD_FILES", str(tmp_path))
    chamber = ready(company.chamber)
    cases = [CaseFactory(chamber=chamber) for _each in range(apart.PLACES + TOO_MANY)]
    cookies = [browser_in(case).cookies[settings.SESSION_COOKIE_NAME].value for case in cases]
    front.serve("tests.security.held_files:application", workers=1, threads=THREADS)
    menu = cookie_of(company.administrator)
    upload = invoice()

    def send(number: int) -> tuple[int, bool]:
        token = f"{number:032}"
        headers = {
            "Content-Type": "multipart/form-data; boundary=edge",
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={cookies[number]}; eco-csrf={token}",
        }
        body, address = body_with(upload, token), f"127.0.0.{2 + number}"
        answer, text = front.ask(reverse("case_documents"), method="POST", address=address, body=body, **headers)
        return answer.status, BUSY in text

    with ThreadPoolExecutor(len(cases)) as people, ExitStack() as at_the_end:
        at_the_end.callback((tmp_path / "end").touch)
        sent = [people.submit(send, number) for number in range(len(cases))]
        until(lambda: sum(each.done() for each in sent) == TOO_MANY, "those without a place are answered")
        the_menu_is_answered(front, menu)
        assert (tmp_path / "begun").read_text() == "x" * apart.AT_ONCE
        (tmp_path / "end").touch()
        answers = Counter(each.result() for each in sent)
    assert answers == {(302, False): apart.PLACES, (200, True): TOO_MANY}
    assert SupportingDocument.objects.filter(case__in=cases, kind=DocumentKind.OTHER).count() == apart.PLACES
