"""Looking for a company, a case or an ID among all that the chamber may see."""

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import MEMBERS, Account
from casework.models import Case, CaseQuerySet
from trade_registration.models import TradeRegistration, TradeRegistrationQuerySet


class Group(models.TextChoices):
    """The kinds of things that are found."""

    COMPANIES = "companies", _("企業")
    CASES = "cases", _("申請")
    IDS = "ids", _("ID")


def companies(clerk: Account, term: str) -> TradeRegistrationQuerySet:
    """Registrations by number or name, in the order of their numbers; all of them for an empty term."""
    return TradeRegistration.objects.visible_to(clerk).search(term).order_by("registration_number")


def cases(clerk: Account, term: str) -> CaseQuerySet:
    """Cases by receipt number, company, contact or mailbox, the newest first."""
    return Case.objects.visible_to(clerk).search(term).order_by("-submitted_at", "-pk")


def ids(clerk: Account, term: str) -> QuerySet[Account]:
    """The companies' IDs by name, login ID or mailbox. The chamber's own are under 職員管理."""
    members = Account.objects.visible_to(clerk).filter(kind__in=MEMBERS)
    found = members.search(name=term) | members.search(login_id=term) | members.search(email=term)
    return found.select_related("registration", "signer").defer("signer__specimen").order_by("name", "pk")


def found(clerk: Account, group: Group, term: str) -> QuerySet[Any]:
    """What is found in a group."""
    return {Group.COMPANIES: companies, Group.CASES: cases, Group.IDS: ids}[group](clerk, term)
