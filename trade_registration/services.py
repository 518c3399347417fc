"""What happens to a registration."""

from accounts.models import Account
from audit.services import record
from trade_registration.certificates import registration_certificate
from trade_registration.models import TradeRegistration


def print_certificate(registration: TradeRegistration, *, by: Account) -> bytes:
    """The 貿易登録証 as PDF for the administrator; every output is on record."""
    certificate = registration_certificate(registration, by)
    record("registration.certificate_output", chamber=registration.chamber, actor=by, subject=registration)
    return certificate
