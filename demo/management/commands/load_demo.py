"""Loads the example companies into an empty database."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Account
from demo.companies import PASSWORD, load


class Command(BaseCommand):
    help = "Load the example companies into an empty database and print their IDs; does nothing to one that is in use."

    def handle(self, *args: Any, **options: Any) -> None:
        if Account.objects.exists():
            self.stdout.write("The database already holds accounts; the example companies were not loaded.")
            return
        for what, code, login_id, password in load():
            self.stdout.write(f"{code}  {login_id:<14}  {password:<22}  {what}")
        self.stdout.write(f"(Passwords of the companies beside the manual's own: {PASSWORD})")
