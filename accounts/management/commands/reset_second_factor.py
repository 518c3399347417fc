"""For the chamber whose only manager has lost the telephone."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import second_factor
from accounts.models import Account
from foundation.errors import WrongStatus


class Command(BaseCommand):
    help = "Forget a clerk's second factor; the next login sets up a new one. Make sure first who is asking."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("chamber_code")
        parser.add_argument("login_id")

    def handle(self, *args: Any, **options: Any) -> None:
        active = Account.objects.get_queryset().staff().filter(status=Account.Status.ACTIVE).select_related("chamber")
        clerk = active.filter(chamber__code=options["chamber_code"], login_id=options["login_id"]).first()
        if clerk is None:
            raise CommandError("There is no such clerk.")
        try:
            second_factor.reset(clerk, by=None)
        except WrongStatus:
            raise CommandError("This clerk has not set up a second factor.") from None
        self.stdout.write(f"The second factor of {clerk.login_id} at {clerk.chamber.code} is forgotten.")
