"""Mail that is owed, delivered: a whole backlog, from the first letter that the mail server takes to the last.

Everybody's processes run before, and wait. A peer's tasks are put into its queue while it is stopped; our mails appear at
once, with the transaction that owes them.
"""

import os
import re
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from functools import partial
from pathlib import Path
from typing import Any

from django.core import mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Account
from benchmarks.bench import PEER_PYTHON, Bench, cpu_of, family, free_port, memory_of
from benchmarks.company import company, new_signers
from benchmarks.conversation import Answerer, conversation
from benchmarks.letters import each_once, forget_other_mail, new_codes, wait_for
from benchmarks.load import WrongAnswer
from benchmarks.measuring import OURS, Contender, Reading
from benchmarks.memory import said
from devtools.environment import PYTHON
from devtools.processes import Child
from email_verification.models import EmailVerification
from mailing.services import put_in_outbox

_LIMIT, _CELERY, _DRAMATIQ = "two raw connections", "stock Celery", "dramatiq, 2 × 4 threads"
_SUBJECT = "貿易関係証明発給システム - メールアドレス認証"
_CODE = re.compile(r"確認コード: \d+\.0-[0-9a-f]{32}\s")
_A_CODE = "1731679350.0-86be1bf6199745a48f64a5058811657c"
_SOMEBODY = "somebody@example.jp"


def run(bench: Bench) -> None:
    """Nobody tells our worker anything: its clock looks into the outbox every two seconds."""
    port = free_port()
    env = {**bench.env, "ECO_SMTP_URL": f"smtp://127.0.0.1:{port}", "C_FORCE_ROOT": "1"}
    with ExitStack() as kept:

        def talk(python: Path, module: str, *arguments: str) -> Answerer:
            log = bench.processes.logs / f"{module}.log"
            return kept.enter_context(conversation(python, module, *arguments, log=log, env=env))

        def start_peer(*command: str) -> Child:
            start = partial(bench.processes.start, command[0], [str(PEER_PYTHON), "-m", *command], env)
            return kept.enter_context(bench.running(start))[0]

        signers = new_signers(company("801000102"), bench.times(1_000), prefix="benchMail")
        post = Post(bench, talk(PYTHON, "benchmarks.limits.smtp_sink", str(port)), signers)
        forget_other_mail()
        ours = kept.enter_context(bench.mailing(env))
        celery = start_peer("celery", "-A", "benchmarks.peers.mail.by_celery", "worker", "-c", "2")
        dramatiq = start_peer("dramatiq", "benchmarks.peers.mail.by_dramatiq", "-p", "2", "-t", "4")
        poster = talk(PEER_PYTHON, "benchmarks.peers.mail.post")
        raw = [talk(PYTHON, "benchmarks.limits.raw_smtp") for _each in range(2)]
        held: dict[int, float] = {}
        taken = bench.rounds(
            Contender(OURS, partial(_deliver_ours, post, ours, held)),
            Contender(_CELERY, partial(post.deliver, partial(_queue, poster, post, "celery", celery), [celery])),
            Contender(
                _DRAMATIQ, partial(post.deliver, partial(_queue, poster, post, "dramatiq", dramatiq), [dramatiq])
            ),
            Contender(_LIMIT, partial(post.deliver, partial(_send_raw, raw, post, port), [])),
            number=5,
        )
    measure = f"mails delivered, {len(post.accounts):,} owed"
    bench.report.faster(measure, taken[OURS], _CELERY, taken[_CELERY], at_least=1.2)
    bench.report.faster(measure, taken[OURS], _DRAMATIQ, taken[_DRAMATIQ])
    bench.report.faster(measure, taken[OURS], _LIMIT, taken[_LIMIT], is_limit=True)
    bench.report.remark(said("worker and clock", "mails", {number: held[number] for number in (min(held), max(held))}))


@dataclass
class Post:
    """Whom a round writes to, and the mail server that must have heard of all of them afterwards."""

    bench: Bench
    sink: Answerer
    accounts: list[Account]

    def deliver(self, put: Callable[[], None], senders: list[Child]) -> Reading:
        """Milliseconds a letter and the senders' CPU for it, once ``put`` has handed the work to them."""
        before = _cpu(senders)
        put()
        wait_for(self.bench, self.sink, len(self.accounts))
        # What they note when the letter is gone is their work too.
        time.sleep(0.1)
        taken = self.sink.ask("take")
        self._compare(taken)
        number = len(self.accounts)
        spent = (_cpu(senders) - before) / number
        return Reading((taken["last"] - taken["first"]) * 1000 / (number - 1), spent if senders else None)

    def _compare(self, taken: dict[str, Any]) -> None:
        """Everybody was written to once, and it was the mail with the code."""
        each_once((account.email for account in self.accounts), taken["addresses"])
        letter = message_from_bytes(taken["sample"].encode(), policy=default)
        if str(letter["Subject"]).strip() != _SUBJECT or not _CODE.search(letter.get_content()):
            raise WrongAnswer(f"Not the mail with the code: {taken['sample']}")


def _deliver_ours(post: Post, ours: list[Child], held: dict[int, float]) -> Reading:
    """Notes the memory that our processes hold after all mails so far."""
    reading = post.deliver(partial(_owe, post.accounts), ours)
    mebibytes = sum(memory_of(pid) for child in ours for pid in family(child.process.pid))
    held[(len(held) + 1) * len(post.accounts)] = mebibytes
    return reading


def _cpu(senders: list[Child]) -> float:
    return sum(cpu_of(pid) for sender in senders for pid in family(sender.process.pid))


@transaction.atomic
def _owe(accounts: list[Account]) -> None:
    """A new code for everybody, as email_verification.services issues it."""
    codes = EmailVerification.objects.filter(account__in=accounts)
    codes.filter(voided_at=None).update(voided_at=timezone.now())
    for code in new_codes(accounts):
        put_in_outbox("email_verification.code", key=str(code.pk), chamber=code.account.chamber, verification=code.pk)


def _queue(poster: Answerer, post: Post, queue: str, worker: Child) -> None:
    """Puts the tasks into the queue while nobody takes them out."""
    os.killpg(worker.process.pid, signal.SIGSTOP)
    try:
        poster.ask({"queue": queue, "letters": [(account.email, _A_CODE) for account in post.accounts]})
    finally:
        os.killpg(worker.process.pid, signal.SIGCONT)


def _send_raw(senders: list[Answerer], post: Post, port: int) -> None:
    body = render_to_string("mail/confirmation_code.txt", {"code": _A_CODE})
    letter = mail.EmailMessage(_SUBJECT, body, to=[_SOMEBODY]).message().as_bytes().decode().replace("\n", "\r\n")
    addresses = [account.email for account in post.accounts]
    for place, sender in enumerate(senders):
        half = addresses[place :: len(senders)]
        sender.tell({"port": port, "letter": letter, "somebody": _SOMEBODY, "addresses": half})
    for sender in senders:
        sender.hear()
