"""How often links may be asked for: the portal must not be a way to flood somebody's mailbox."""

import hashlib
from datetime import timedelta

from accounts import throttle
from accounts.throttle import Limit
from eco_portal.errors import TooManyAttempts
from eco_portal.mailboxes import mailbox_of


def count_request(email: str, *, address: str) -> None:
    """Counts a request for a mail to this mailbox from this network address. Raises TooManyAttempts when there were too many."""
    mailbox = hashlib.sha256(mailbox_of(email).encode()).hexdigest()[:32]
    limits = [
        Limit(f"registration:{mailbox}:600", 5, timedelta(minutes=10)),
        Limit(f"registration:{mailbox}:86400", 20, timedelta(days=1)),
        *throttle.address_limits("registration", address),
    ]
    if not throttle.reserve(limits):
        raise TooManyAttempts(retry_after=600)
