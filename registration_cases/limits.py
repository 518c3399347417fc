"""How many cases may be begun, and how many signers added: whoever has a mailbox can begin one."""

from casework.limits import Deed, reserve
from casework.models import Case
from foundation.errors import TooManyAttempts
from foundation.mailboxes import spellings_of
from registration_cases.models import RegistrationCase

MOST_SIGNERS = 100
MOST_DRAFTS = 5  # of a mailbox, none of them sent yet
_HOUR = 3600  # seconds


def has_room_for_signer(case: RegistrationCase) -> bool:
    """Whether one more signer may be added."""
    return case.signers.filter(removes__isnull=True).count() < MOST_SIGNERS


def count_beginning(mailbox: str, *, address: str) -> None:
    """Counts that a case is begun. Raises TooManyAttempts when there were too many."""
    if not reserve(Deed.BEGINNING, mailbox, address=address):
        raise TooManyAttempts(retry_after=_HOUR)


def has_too_many_drafts(mailbox: str) -> bool:
    """Whether so many cases were begun from the mailbox, and not sent, that there may be no more."""
    drafts = RegistrationCase.objects.filter(
        envelope__kind=RegistrationCase.Kind.NEW,
        envelope__status=Case.Status.DRAFT,
        contact_email__iregex=spellings_of(mailbox),
    )
    return drafts[:MOST_DRAFTS].count() == MOST_DRAFTS
