"""How much may be sent in a while, and kept in a case: whoever has a mailbox can begin one."""

from datetime import timedelta
from enum import StrEnum

from django.db.models import Count, Sum

from accounts import throttle
from accounts.models import Account
from accounts.throttle import Limit
from casework.models import Case
from foundation.errors import TooManyAttempts
from foundation.mailboxes import spellings_of

MOST_DOCUMENTS = 30
MOST_MEGABYTES = 100  # of all documents of a case
MOST_SIGNERS = 100
MOST_DRAFTS = 5  # of a mailbox, none of them sent yet
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class Deed(StrEnum):
    """What is counted."""

    UPLOAD = "upload"
    MESSAGE = "message"
    BEGINNING = "beginning"


# In an hour and in a day: of one case, and of one mailbox. Beside them stand the limits of a network address.
_MOST: dict[Deed, tuple[tuple[int, int], tuple[int, int]]] = {
    Deed.UPLOAD: ((60, 200), (120, 400)),
    Deed.MESSAGE: ((10, 40), (20, 80)),
    Deed.BEGINNING: ((10, 20), (10, 20)),
}


def has_room_for_document(case: Case, size: int) -> bool:
    """Whether one more document of so many bytes may come with the case."""
    kept = case.documents.aggregate(count=Count("pk"), size=Sum("size", default=0))
    return bool(kept["count"] < MOST_DOCUMENTS and kept["size"] + size <= MOST_MEGABYTES * 1024**2)


def has_room_for_signer(case: Case) -> bool:
    """Whether one more signer may be added."""
    return case.signers.filter(removes__isnull=True).count() < MOST_SIGNERS


def may(deed: Deed, case: Case, *, by: Account | None, address: str) -> bool:
    """Counts something that the company is about to do in the case, however it ends. False, and not counted, when it was done
    too often; ``by`` is empty for a company that has no ID yet."""
    mailbox = by.email if by else case.contact_email
    return _reserve(deed, [f"case:{case.pk}", _mailbox(mailbox)], address)


def count_beginning(mailbox: str, *, address: str) -> None:
    """Counts that a case is begun. Raises TooManyAttempts when there were too many."""
    if not _reserve(Deed.BEGINNING, [_mailbox(mailbox)], address):
        raise TooManyAttempts(retry_after=int(_HOUR.total_seconds()))


def has_too_many_drafts(mailbox: str) -> bool:
    """Whether so many cases were begun from the mailbox, and not sent, that there may be no more."""
    drafts = Case.objects.filter(
        kind=Case.Kind.NEW, status=Case.Status.DRAFT, contact_email__iregex=spellings_of(mailbox)
    )
    return drafts[:MOST_DRAFTS].count() == MOST_DRAFTS


def _reserve(deed: Deed, whose: list[str], address: str) -> bool:
    limits = throttle.address_limits(deed, address)
    for key, most in zip(whose, _MOST[deed][-len(whose) :], strict=True):
        limits += [
            Limit(f"{deed}:{key}:{window.total_seconds():.0f}", count, window)
            for count, window in zip(most, (_HOUR, _DAY), strict=True)
        ]
    return throttle.reserve(limits)


def _mailbox(address: str) -> str:
    return f"mailbox:{throttle.key_of_mailbox(address)}"
