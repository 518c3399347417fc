"""Codes that are owed by mail, and the mail server that must have heard of all of them."""

import time
from collections import Counter
from collections.abc import Iterable

from django.utils import timezone

from accounts.models import Account
from benchmarks.bench import Bench
from benchmarks.conversation import Answerer
from benchmarks.load import WrongAnswer
from email_verification.models import EmailVerification
from mailing.models import OutboxMail

_PATIENCE = 60  # seconds without a letter


def forget_other_mail() -> None:
    """What the example companies are owed is not what is measured."""
    waiting = OutboxMail.objects.filter(status=OutboxMail.Status.WAITING)
    waiting.update(status=OutboxMail.Status.NOT_NEEDED)


def new_codes(accounts: list[Account]) -> list[EmailVerification]:
    """An open code for everybody, made at one stroke; nothing is mailed."""
    now = timezone.now().replace(microsecond=0)
    rows = [EmailVerification(account=account, address=account.email, issued_at=now) for account in accounts]
    return EmailVerification.objects.bulk_create(rows)


def wait_for(bench: Bench, sink: Answerer, number: int) -> None:
    """Until so many letters came. Raises WrongAnswer when none has come for a minute."""
    count, since = 0, time.monotonic()
    while count < number:
        time.sleep(0.02)
        bench.processes.check()
        now = sink.ask("count")
        if now != count:
            count, since = now, time.monotonic()
        elif time.monotonic() - since > _PATIENCE:
            raise WrongAnswer(f"Only {count} of {number} mails were delivered.")


def each_once(owed: Iterable[str], came: Iterable[str]) -> None:
    """Raises WrongAnswer unless as many letters came to each address as it was owed."""
    wrong = Counter(owed)
    wrong.subtract(came)
    if faults := {address: number for address, number in wrong.items() if number}:
        raise WrongAnswer(f"Lost or sent twice: {faults}")
