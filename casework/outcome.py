"""What an approval would do now, before anybody decides."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account
from casework.approval import signers_leaving
from casework.completeness import signers_joining
from casework.examination import unticked
from casework.models import Case, CaseSigner
from casework.prices import owed
from signers.models import Signer
from trade_registration.models import TradeRegistration
from trade_registration.services import registration_number_to_come


@dataclass(frozen=True)
class Outcome:
    """``obstacles`` are what stands in the way, in words; ``ended_sub_ids`` end with the signers who made them.

    ``fee`` is in yen; None for a change and where the chamber has set no price.
    """

    registration_number: str
    valid_until: dt.date
    joining: list[CaseSigner]
    leaving: list[Signer]
    ended_sub_ids: list[Account]
    fee: int | None
    obstacles: list[str]


def outcome_of(case: Case) -> Outcome:
    """The outcome as things stand. Somebody else's approval may come first and take the number."""
    registration = case.registration
    leaving = list(signers_leaving(case, registration).select_related("account")) if registration else []
    makers = [signer.account_id for signer in leaving]
    sub_ids = Account.objects.get_queryset().sub_ids().filter(parent__in=makers, status=Account.Status.ACTIVE)
    return Outcome(
        registration_number=_number(case),
        valid_until=_last_day(case),
        joining=signers_joining(case),
        leaving=leaving,
        ended_sub_ids=list(sub_ids.order_by("pk")) if makers else [],
        fee=owed(case),
        obstacles=_obstacles(case, registration),
    )


def _number(case: Case) -> str:
    return case.registration.registration_number if case.registration else registration_number_to_come(case.chamber)


def _last_day(case: Case) -> dt.date:
    if case.registration is None:
        return case.chamber.valid_until(timezone.localdate())
    return case.registration.renewed_until if case.is_renewal else case.registration.valid_until


def _obstacles(case: Case, registration: TradeRegistration | None) -> list[str]:
    said = [_("チェックリストの未確認: %(item)s") % {"item": item} for item in unticked(case)]
    if registration and not registration.is_in_force:
        said.append(
            _("この企業の貿易登録は「%(status)s」です。停止を解除するまで承認できません。")
            % {"status": registration.get_status_display()}
        )
    return said
