"""Proves that the audit chains are whole. Note the heads it prints somewhere else, and give them next time."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.models import AuditEntry
from audit.services import faults
from chambers.models import Chamber


class Command(BaseCommand):
    help = "Verify the audit chains. Prints each chain's head as CHAMBER:SEQUENCE:HASH; exits with 1 on a fault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--expect", action="append", default=[], metavar="CHAMBER:SEQUENCE:HASH", help="a head noted earlier"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        expected = dict(map(_noted_head, options["expect"]))
        found = 0
        for chamber in [None, *Chamber.objects.all()]:
            name = chamber.code if chamber else "-"
            for fault in faults(chamber, expected_head=expected.get(name)):
                self.stderr.write(f"{name}: entry {fault.sequence} is {fault.what}")
                found += 1
            head = AuditEntry.objects.filter(chamber=chamber).order_by("-sequence").first()
            if head:
                self.stdout.write(f"{name}:{head.sequence}:{head.entry_hash}")
        if found:
            raise CommandError(f"{found} faults: the audit chain was changed.")


def _noted_head(text: str) -> tuple[str, tuple[int, str]]:
    chamber, sequence, digest = text.split(":")
    return chamber, (int(sequence), digest)
