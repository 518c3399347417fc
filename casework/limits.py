"""How much may be sent in a while, and kept in a case: whoever has a mailbox can begin one."""

from datetime import timedelta
from enum import StrEnum

from django.db.models import Count, Sum

from accounts import throttle
from accounts.models import Account
from accounts.throttle import Limit
from casework.models import Case

MOST_DOCUMENTS = 30
MOST_MEGABYTES = 100  # of all documents of a case
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


def may(deed: Deed, case: Case, *, by: Account | None, address: str) -> bool:
    """Counts something that whoever applies is about to do in the case, however it ends. False, and not counted, when it was
    done too often; ``by`` is empty for a company that has no ID yet."""
    mailbox = by.email if by else case.case_kind.reach(case).mailbox
    return reserve(deed, mailbox, f"case:{case.pk}", address=address)


def reserve(deed: Deed, mailbox: str, *others: str, address: str) -> bool:
    """Counts something done from the mailbox, from the network address, and under the other keys. False, and not counted, when
    it was done too often under one of them."""
    whose = [*others, f"mailbox:{throttle.key_of_mailbox(mailbox)}"]
    limits = throttle.address_limits(deed, address)
    for key, most in zip(whose, _MOST[deed][-len(whose) :], strict=True):
        limits += [
            Limit(f"{deed}:{key}:{window.total_seconds():.0f}", count, window)
            for count, window in zip(most, (_HOUR, _DAY), strict=True)
        ]
    return throttle.reserve(limits)
