"""Mail that is owed, delivered: a whole backlog, from the first letter that the mail server takes to the last.

Everybody's processes run before, and wait. A peer's tasks are put into its queue while it is stopped; our mails appear at
once, with the transaction that owes them.
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from functools import partial
from pathlib import Path
from typing import Any, cast

from django.db import transaction
from django.utils import timezone

from accounts.models import Account, Kind
from benchmarks.bench import PEER_PYTHON, Bench, cpu_of, family, free_port
from benchmarks.conversation import Answerer, conversation
from benchmarks.load import WrongAnswer
from benchmarks.measuring import Contender, Reading
from devtools.environment import PYTHON
from devtools.processes import Child
from email_verification.models import EmailVerification
from mailing.models import OutboxMail
from mailing.services import put_in_outbox
from trade_registration.models import TradeRegistration

_SUBJECT = "貿易関係証明発給システム - メールアドレス認証"
_PATIENCE = 60  # seconds without a letter
_OURS, _LIMIT, _CELERY, _DRAMATIQ = "ours", "two raw connections", "stock Celery", "dramatiq, 2 x 4 threads"


@dataclass
class Post:
    """Whom a round writes to, and the mail server that must have heard of all of them afterwards."""

    bench: Bench
    sink: Answerer
    port: int
    accounts: list[Account]
    letter: str = ""

    def deliver(self, put: Callable[[], object], senders: Sequence[int]) -> Reading:
        """Milliseconds a letter, and the CPU of the senders (process ids), after ``put`` has handed the work to them."""
        before = _cpu(senders)
        put()
        self._wait()
        # All that they did is theirs, also what they note after the letter is gone.
        time.sleep(0.1)
        taken = self.sink.ask("take")
        self._compare(taken)
        number = len(self.accounts)
        return Reading((taken["last"] - taken["first"]) * 1000 / (number - 1), (_cpu(senders) - before) / number)

    def _wait(self) -> None:
        count, since = 0, time.monotonic()
        while count < len(self.accounts):
            time.sleep(0.02)
            self.bench.processes.check()
            now = self.sink.ask("count")
            if now != count:
                count, since = now, time.monotonic()
            elif time.monotonic() - since > _PATIENCE:
                raise WrongAnswer(f"Only {count} of {len(self.accounts)} mails were delivered.")

    def _compare(self, taken: dict[str, Any]) -> None:
        """Everybody was written to once, and everybody's letters are alike."""
        lost = Counter(each.email for each in self.accounts)
        lost.subtract(taken["addresses"])
        if any(lost.values()):
            raise WrongAnswer(f"Lost or sent twice: {[address for address, number in lost.items() if number]}")
        letter = cast(EmailMessage, message_from_string(taken["sample"], policy=default))
        if str(letter["Subject"]) != _SUBJECT or "確認コード: 17" not in letter.get_content():
            raise WrongAnswer(f"Not the mail with the code: {taken['sample']}")
        self.letter = self.letter or taken["sample"]
