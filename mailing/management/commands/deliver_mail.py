"""Delivers the outbox without Celery: the same function, for the hours in which Redis is away."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from mailing.services import deliver_due, oldest_due_age


class Command(BaseCommand):
    help = "Deliver due mail once, or with --watch whenever a mail has waited for a minute."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--watch", action="store_true", help="go on until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["watch"]:
            self.stdout.write(f"{deliver_due()} sent")
            return
        while True:
            if oldest_due_age() > 60:
                self.stdout.write(f"{deliver_due()} sent")
            time.sleep(5)
