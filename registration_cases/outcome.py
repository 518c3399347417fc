"""What an approval would do now, before anybody decides."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account
from casework.kinds import Outcome
from casework.models import Case
from registration_cases.approval import signers_leaving
from registration_cases.completeness import signers_joining
from registration_cases.models import RegistrationCase
from registration_cases.prices import owed
from trade_registration.models import TradeRegistration
from trade_registration.services import registration_number_to_come


def outcome(envelope: Case) -> Outcome:
    """The outcome as things stand. Somebody else's approval may come first and take the number; sub-IDs end with the signers
    who made them."""
    case, registration = envelope.registration_case, envelope.registration
    leaving = list(signers_leaving(case, registration).select_related("account")) if registration else []
    makers = [signer.account_id for signer in leaving]
    sub_ids = Account.objects.get_queryset().sub_ids().filter(parent__in=makers, status=Account.Status.ACTIVE)
    details = {
        "asked": case,
        "registration_number": _number(case),
        "valid_until": _last_day(case),
        "joining": signers_joining(case),
        "leaving": leaving,
        "ended_sub_ids": list(sub_ids.order_by("pk")) if makers else [],
    }
    return Outcome(obstacles=_obstacles(registration), fee=owed(case), details=details)


def _number(case: RegistrationCase) -> str:
    return case.registration.registration_number if case.registration else registration_number_to_come(case.chamber)


def _last_day(case: RegistrationCase) -> dt.date:
    if case.registration is None:
        return case.chamber.valid_until(timezone.localdate())
    return case.registration.renewed_until if case.is_renewal else case.registration.valid_until


def _obstacles(registration: TradeRegistration | None) -> list[str]:
    if registration is None or registration.is_in_force:
        return []
    text = _("この企業の貿易登録は「%(status)s」です。停止を解除するまで承認できません。")
    return [text % {"status": registration.get_status_display()}]
