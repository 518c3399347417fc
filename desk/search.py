"""Looking for a company, a case or an ID among all that the chamber may see."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import MEMBERS, Account
from casework.models import Case
from desk.paging import ROWS_A_PAGE, Stretch, stretch_of
from trade_registration.models import TradeRegistration


class Group(models.TextChoices):
    """The kinds of things that are found."""

    COMPANIES = "companies", _("企業")
    CASES = "cases", _("申請")
    IDS = "ids", _("ID")


# What a row of each is known by at its chamber.
_KNOWN_BY = {Group.COMPANIES: "registration_number", Group.CASES: "receipt_number", Group.IDS: "login_id"}

# What the list of IDs shows: reading all of three tables took longer than finding the rows.
_SHOWN_OF_IDS = (
    "public_id",
    "kind",
    "status",
    "name",
    "login_id",
    "email",
    "email_verified_at",
    "last_login_at",
    "registration__registration_number",
    "registration__company_name",
    "signer__held_at",
)


def find(clerk: Account, group: Group, term: str, *, asked: Mapping[str, str], size: int = ROWS_A_PAGE) -> Stretch[Any]:
    """What has the term in it, the newest first; everything for an empty term. ``asked`` names the page (desk/paging.py)."""
    rows = rows_of(clerk, group)
    return stretch_of(rows, chamber_id=clerk.chamber_id, term=term, known_by=_KNOWN_BY[group], asked=asked, size=size)


def rows_of(clerk: Account, group: Group) -> QuerySet[Any]:
    """All that the clerk may see of it; the companies' IDs without the chamber's own, which are under 職員管理."""
    match group:
        case Group.COMPANIES:
            return TradeRegistration.objects.visible_to(clerk)
        case Group.CASES:
            return Case.objects.visible_to(clerk)
        case Group.IDS:
            members = Account.objects.visible_to(clerk).filter(kind__in=MEMBERS)
            return members.select_related("registration", "signer").only(*_SHOWN_OF_IDS)
