"""The day's work of a chamber: cases that wait, registrations that end soon, holds to release."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from casework.kinds import every_kind
from casework.models import Case, CaseQuerySet
from registration_cases.models import RegistrationCase
from signers.models import Signer, SignerQuerySet
from trade_registration.models import TradeRegistration, TradeRegistrationQuerySet

# Above this many, nobody needs the exact number, and counting on would take as long as the queue is long.
MOST_COUNTED = 1000
_SOON = dt.timedelta(days=30)


@dataclass(frozen=True)
class Tab:
    """What of the queue is shown. A corrected case is in its own tab, whatever its kind."""

    key: str
    label: str | Promise
    condition: Q


def tabs() -> list[Tab]:
    """Everything, what was corrected, and each kind, the first one before the corrected."""
    first, *others = [Tab(kind.key, kind.tab, Q(submissions=1, kind=kind.key)) for kind in every_kind()]
    return [ALL, first, Tab("corrected", _("再申請"), Q(submissions__gt=1)), *others]


ALL = Tab("all", _("すべて"), Q())


@dataclass(frozen=True)
class TabCount:
    """How many cases wait in a tab. Where ``is_capped``, that many among the first MOST_COUNTED of the queue."""

    tab: Tab
    count: int
    is_capped: bool


def waiting(clerk: Account, tab: Tab) -> CaseQuerySet:
    """The cases of a tab, the longest waiting first."""
    return Case.objects.visible_to(clerk).awaiting_examination().filter(tab.condition).select_related("held_by")


def counts(clerk: Account) -> list[TabCount]:
    """How many wait in each tab, in one look at no more than MOST_COUNTED cases."""
    shown = tabs()
    first = Case.objects.visible_to(clerk).awaiting_examination()[: MOST_COUNTED + 1]
    counted = first.aggregate(**{tab.key: Count("pk", filter=tab.condition or None) for tab in shown})
    is_capped = counted[ALL.key] > MOST_COUNTED
    return [TabCount(tab, min(counted[tab.key], MOST_COUNTED), is_capped) for tab in shown]


def expiring(clerk: Account) -> TradeRegistrationQuerySet:
    """Registrations whose last day is within 30 days and whose renewal the chamber has not received, the soonest first."""
    today = timezone.localdate()
    renewals = (
        Case.objects.visible_to(clerk).open().filter(kind=RegistrationCase.Kind.RENEWAL, registration=OuterRef("pk"))
    )
    ending = TradeRegistration.objects.visible_to(clerk).ending_between(today, today + _SOON)
    return ending.filter(~Exists(renewals))


def held(clerk: Account) -> SignerQuerySet:
    """Signers of whom the chamber must look at the changes, the longest held first."""
    return Signer.objects.visible_to(clerk).held().select_related("account__registration").defer("specimen")
