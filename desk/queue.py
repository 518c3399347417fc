"""The day's work of a chamber: cases that wait, registrations that end soon, holds to release."""

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from casework.models import Case, CaseQuerySet
from signers.models import Signer, SignerQuerySet
from trade_registration.models import TradeRegistration, TradeRegistrationQuerySet

# Above this many, nobody needs the exact number, and counting on would take as long as the queue is long.
MOST_COUNTED = 1000
_SOON = dt.timedelta(days=30)


class Tab(models.TextChoices):
    """What of the queue is shown. A corrected case is in its own tab, whatever its kind."""

    ALL = "all", _("すべて")
    NEW = "new", _("新規")
    CORRECTED = "corrected", _("再申請")
    CHANGE = "change", _("変更")
    RENEWAL = "renewal", _("更新")


_FIRST_SENT = Q(submissions=1)
_CONDITIONS = {
    Tab.ALL: Q(),
    Tab.NEW: _FIRST_SENT & Q(kind=Case.Kind.NEW),
    Tab.CORRECTED: Q(submissions__gt=1),
    Tab.CHANGE: _FIRST_SENT & Q(kind=Case.Kind.CHANGE),
    Tab.RENEWAL: _FIRST_SENT & Q(kind=Case.Kind.RENEWAL),
}


@dataclass(frozen=True)
class TabCount:
    """How many cases wait in a tab. Where ``is_capped``, that many among the first MOST_COUNTED of the queue."""

    tab: Tab
    count: int
    is_capped: bool


def waiting(clerk: Account, tab: Tab) -> CaseQuerySet:
    """The cases of a tab, the longest waiting first."""
    return Case.objects.visible_to(clerk).awaiting_examination().filter(_CONDITIONS[tab]).select_related("held_by")


def counts(clerk: Account) -> list[TabCount]:
    """How many wait in each tab, in one look at no more than MOST_COUNTED cases."""
    first = Case.objects.visible_to(clerk).awaiting_examination()[: MOST_COUNTED + 1]
    counted = first.aggregate(**{tab.value: Count("pk", filter=_CONDITIONS[tab] or None) for tab in Tab})
    is_capped = counted[Tab.ALL.value] > MOST_COUNTED
    return [TabCount(tab, min(counted[tab.value], MOST_COUNTED), is_capped) for tab in Tab]


def expiring(clerk: Account) -> TradeRegistrationQuerySet:
    """Registrations whose last day is within 30 days and whose renewal the chamber has not received, the soonest first."""
    today = timezone.localdate()
    renewals = Case.objects.visible_to(clerk).open().filter(kind=Case.Kind.RENEWAL, registration=OuterRef("pk"))
    ending = TradeRegistration.objects.visible_to(clerk).ending_between(today, today + _SOON)
    return ending.filter(~Exists(renewals))


def held(clerk: Account) -> SignerQuerySet:
    """Signers of whom the chamber must look at the changes, the longest held first."""
    return Signer.objects.visible_to(clerk).held().select_related("account__registration").defer("specimen")
