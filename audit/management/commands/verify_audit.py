"""Proves that the audit chains are whole. Note the heads it prints somewhere else, and give them next time."""

import re
from argparse import ArgumentParser
from collections import defaultdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.models import AuditEntry
from audit.services import faults
from chambers.models import Chamber

# The chain of what belongs to no chamber. Not "-", which the shell's options begin with; heads noted under it still count.
_PORTAL = "portal"
_HEAD = re.compile(r"(?P<chamber>[^:\s]+):(?P<sequence>[0-9]+):(?P<digest>[0-9a-f]{64})")


class Command(BaseCommand):
    help = "Verify the audit chains. Prints each chain's head as CHAMBER:SEQUENCE:HASH; exits with 1 on a fault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--expect",
            action="append",
            default=[],
            metavar="CHAMBER:SEQUENCE:HASH",
            help="a line that this command printed earlier; as many as were noted",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        expected = _noted_heads(options["expect"])
        found = 0
        for chamber in [None, *Chamber.objects.all()]:
            name = chamber.code if chamber else _PORTAL
            for fault in faults(chamber, expected_heads=expected.pop(name, [])):
                self.stderr.write(f"{name}: entry {fault.sequence} is {fault.what}")
                found += 1
            head = AuditEntry.objects.filter(chamber=chamber).order_by("-sequence").first()
            if head:
                self.stdout.write(f"{name}:{head.sequence}:{head.entry_hash}")
        for name in expected:
            self.stderr.write(f"{name}: a head was noted, and there is no such chamber")
            found += 1
        if found:
            raise CommandError(f"{found} faults: the audit chain was changed.")


def _noted_heads(lines: list[str]) -> dict[str, list[tuple[int, str]]]:
    """The heads by chamber. Raises CommandError for a line that this command never printed."""
    heads: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for line in lines:
        head = _HEAD.fullmatch(line.strip())
        if head is None:
            raise CommandError(f"{line!r} is no head: CHAMBER:SEQUENCE:HASH is expected, as this command prints it.")
        name = _PORTAL if head["chamber"] == "-" else head["chamber"]
        heads[name].append((int(head["sequence"]), head["digest"]))
    return heads
