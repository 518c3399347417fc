"""/dev/mail/: the demo's inbox."""

import os
from email.message import EmailMessage
from mailbox import Maildir
from pathlib import Path

import pytest
import time_machine
from django.core.mail import EmailMessage as DjangoMessage
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from devtools.processes import Processes
from devtools.run import start_inbox
from devtools.web import free_port
from mailing.services import deliver_due
from tests.conftest import Company
from tests.mailing.test_services import owe
from tests.support.processes import is_listening, until


@pytest.fixture
def inbox(tmp_path: Path, settings: Settings) -> Path:
    """As it is before the first mail: there is none."""
    settings.ECO_INBOX = str(tmp_path / "mail")
    return tmp_path / "mail"


def put(folder: Path, subject: str, text: str, *, at: int = 1, date: str = "Tue, 03 Nov 2026 10:00:00 +0900") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "eco@example.jp", "taro@example.jp", subject
    mail["Date"] = date
    mail.set_content(text)
    key = Maildir(folder).add(mail)
    os.utime(folder / "new" / key, (at, at))


def test_an_empty_inbox_is_a_page(inbox: Path, visitor: Client) -> None:
    assert visitor.get(reverse("dev_inbox")).status_code == 200


@pytest.mark.parametrize("left_behind", ["nothing", "an empty folder"])
def test_what_the_portal_sends_is_in_the_inbox_that_run_starts(
    left_behind: str, inbox: Path, visitor: Client, company: Company, settings: Settings, tmp_path: Path
) -> None:
    """On a fresh machine, and where an earlier version made the folder and nothing in it."""
    if left_behind == "an empty folder":
        inbox.mkdir()
    port, processes = free_port(), Processes(tmp_path / "log")
    start_inbox(processes, inbox, {**os.environ, "ECO_SMTP_URL": f"smtp://127.0.0.1:{port}"})
    try:
        until(lambda: is_listening(port), "the inbox listens")
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        owe(company.signer)
        assert deliver_due() == 1
    finally:
        processes.stop()
    (mail,) = visitor.get(reverse("dev_inbox")).context["mails"]
    assert mail.to == company.signer.email


def test_the_newest_mail_comes_first_and_opens(inbox: Path, visitor: Client) -> None:
    put(inbox, "古い", "一通目", at=1)
    put(inbox, "新しい", "確認コード: ABCD1234", at=2)
    page = visitor.get(reverse("dev_inbox"))
    assert [mail.subject for mail in page.context["mails"]] == ["新しい", "古い"]
    opened = visitor.get(reverse("dev_mail", args=[page.context["mails"][0].key])).content.decode()
    assert "確認コード: ABCD1234" in opened
    assert "taro@example.jp" in opened


@pytest.mark.parametrize("zone", ["-0000", "+0000", "GMT"])
def test_times_are_japanese_whatever_the_header_says(zone: str, inbox: Path, visitor: Client) -> None:
    put(inbox, "夜中", "x", date=f"Tue, 03 Nov 2026 20:15:00 {zone}")
    page = visitor.get(reverse("dev_inbox"))
    assert "11月4日 05:15" in page.content.decode()
    opened = visitor.get(reverse("dev_mail", args=[page.context["mails"][0].key]))
    assert "2026年11月4日 05:15" in opened.content.decode()


def test_a_mail_of_this_moment_bears_this_time(inbox: Path, visitor: Client) -> None:
    message = DjangoMessage("今", "x", "eco@example.jp", ["taro@example.jp"])
    with time_machine.travel("2026-11-03T15:30:00Z", tick=False):
        Maildir(inbox).add(message.message().as_bytes())
    assert "11月4日 00:30" in visitor.get(reverse("dev_inbox")).content.decode()


def test_a_mail_cannot_put_anything_into_the_page(inbox: Path, visitor: Client) -> None:
    put(inbox, "<script>alert(1)</script>", "<img src=x onerror=alert(1)>")
    page = visitor.get(reverse("dev_inbox"))
    opened = visitor.get(reverse("dev_mail", args=[page.context["mails"][0].key]))
    for response in (page, opened):
        assert "<script>alert" not in response.content.decode()
        assert "<img src=x" not in response.content.decode()


@pytest.mark.parametrize("key", ["unknown", "..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "0" * 16])
def test_only_mails_of_the_inbox_can_be_opened(inbox: Path, visitor: Client, key: str) -> None:
    put(inbox, "一通", "本文")
    (inbox / "geheim.txt").write_text("Subject: geheim\n\ngeheim")
    response = visitor.get(f"/dev/mail/{key}/")
    assert response.status_code == 404
    assert "geheim" not in response.content.decode()
