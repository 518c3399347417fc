"""Loads the example companies into an empty database."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Account
from demo.companies import load_with_cases, logins


class Command(BaseCommand):
    help = "Load the example companies into an empty database, and print their IDs with their first passwords."

    def handle(self, *args: Any, **options: Any) -> None:
        if not Account.objects.exists():
            load_with_cases()
        for code, login_id, password, who in logins():
            self.stdout.write(f"{code}  {login_id:<14}  {password:<22}  {who}")
