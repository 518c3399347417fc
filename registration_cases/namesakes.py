"""Registrations that may be the same company as one that is new."""

from accounts.models import Account
from casework.dossier import Latest
from casework.models import Case
from trade_registration.models import TradeRegistration


def namesakes(case: Case, *, reader: Account) -> Latest[TradeRegistration]:
    """Registrations of the chamber under the name of a company that is new: ended ones too (penalty rules)."""
    if not case.registration_case.is_new:
        return Latest([], has_more=False)
    seen = TradeRegistration.objects.visible_to(reader)
    return Latest.of(seen.filter(company_name=case.company_name).order_by("-pk"))
