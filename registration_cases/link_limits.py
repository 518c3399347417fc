"""How often links may be asked for: the portal must not be a way to flood somebody's mailbox, nor to keep its owner out."""

from datetime import timedelta

from accounts import throttle
from registration_cases.models.request import LINK_LASTS


def count_request(what: str, email: str, *, address: str) -> bool:
    """Counts a request for a mail to this mailbox from this network address. Raises TooManyAttempts when there were too many
    from there.

    Returns False where all who ask have had 10 mails of this kind (``what``) made in a day: the mailbox holds a link then,
    because links are good as long as that.
    """
    mailbox = throttle.key_of_mailbox(email)
    of_asker = f"registration:{mailbox}:{throttle.network_of(address)}"
    throttle.demand(
        [
            throttle.limit(of_asker, 5, timedelta(minutes=10)),
            throttle.limit(of_asker, 20, timedelta(days=1)),
            *throttle.address_limits("registration", address),
        ]
    )
    return throttle.reserve([throttle.limit(f"registration:{mailbox}:{what}", 10, LINK_LASTS)])
