"""Makes a chamber and its first manager."""

from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts import staff
from accounts.invitation_links import link_for
from accounts.models import Role
from accounts.staff_forms import InvitationForm
from audit.services import record
from chambers.defaults import give_defaults
from chambers.models import Chamber

_CHAMBER = ("code", "name", "name_en", "postal_code", "address", "telephone", "email")
_MANAGER = ("login_id", "name", "email")


class Command(BaseCommand):
    help = (
        "Make a chamber with what new chambers start with, and invite its first manager; prints the link of the mail, "
        "on which the manager chooses a password."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for field in _CHAMBER:
            parser.add_argument(f"--{_option(field)}", required=True)
        for field in _MANAGER:
            parser.add_argument(f"--manager-{_option(field)}", required=True)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ECO_STAFF_SITE:
            raise CommandError("ECO_STAFF_SITE is 0: the link would lead nowhere. Run this where staff may log in.")
        chamber = _add_chamber({field: options[field] for field in _CHAMBER})
        form = InvitationForm(chamber, {"role": Role.MANAGER} | {f: options[f"manager_{f}"] for f in _MANAGER})
        if not form.is_valid():
            raise CommandError(
                _sentence({f"manager_{field}": [str(each) for each in said] for field, said in form.errors.items()})
            )
        manager = staff.invite(chamber, **form.cleaned_data)
        self.stdout.write(link_for(manager, int(timezone.now().timestamp()), origin=settings.ECO_ORIGIN))


def _add_chamber(fields: dict[str, str]) -> Chamber:
    chamber = Chamber(**fields)
    try:
        chamber.full_clean()
    except ValidationError as error:
        raise CommandError(_sentence(error.message_dict)) from None
    chamber.save()
    give_defaults(chamber)
    record("chamber.added", chamber=chamber, subject=chamber)
    return chamber


def _option(field: str) -> str:
    return field.replace("_", "-")


def _sentence(errors: dict[str, list[str]]) -> str:
    """Each fault behind its option; what concerns none of them alone stands for itself."""
    names = {field: "" if field == NON_FIELD_ERRORS else f"--{_option(field)}: " for field in errors}
    return "; ".join(names[field] + " ".join(said) for field, said in errors.items())
