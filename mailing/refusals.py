"""What becomes of a mail that was given up: whoever waits is told, a manager sends it again or sets it aside."""

from collections.abc import Iterable

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone

from audit.services import Actor, record
from chambers.models import Chamber
from mailing.letters import write
from mailing.models import OutboxMail, OutboxMailQuerySet

_AT_A_TIME = 200
_MOST_SHOWN = 5
_ACTS = {OutboxMail.Status.WAITING: "sent_again", OutboxMail.Status.NOT_NEEDED: "set_aside"}


def refused_among(kind: str, keys: Iterable[object]) -> set[str]:
    """Which of the mails that were put into the outbox with these keys have been given up."""
    names = {f"{kind}:{key}": str(key) for key in keys}
    refused = OutboxMail.objects.refused().filter(key__in=names)
    return {names[name] for name in refused.values_list("key", flat=True)}


def is_refused(kind: str, key: object) -> bool:
    """Whether the mail that was put into the outbox with this key has been given up."""
    return bool(refused_among(kind, [key]))


def refused_to(chamber: Chamber, address: str) -> list[OutboxMail]:
    """The chamber's mails to this address that were given up, the latest first: for pages that show the address."""
    return list(OutboxMail.objects.refused().filter(chamber=chamber, refused_address=address)[:_MOST_SHOWN])


@transaction.atomic
def send_again(mails: OutboxMailQuerySet, *, chamber: Chamber, by: Actor) -> int:
    """再送: the chamber's mails are due at once, to the addresses that count now. Returns how many there were."""
    return _settle(mails, OutboxMail.Status.WAITING, chamber=chamber, by=by)


@transaction.atomic
def set_aside(mails: OutboxMailQuerySet, *, chamber: Chamber, by: Actor) -> int:
    """対応済み: what the chamber's mails say has been said in another way. Returns how many there were."""
    return _settle(mails, OutboxMail.Status.NOT_NEEDED, chamber=chamber, by=by)


def forget_needless() -> None:
    """Sets aside what there is no longer a reason to send: a link that has run out, a code that was replaced."""
    first = 0
    while mails := list(OutboxMail.objects.refused().filter(pk__gt=first).order_by("pk")[:_AT_A_TIME]):
        _leave(OutboxMail.Status.NOT_NEEDED, [mail.pk for mail in mails if _is_needless(mail)])
        first = mails[-1].pk


def _settle(mails: OutboxMailQuerySet, status: OutboxMail.Status, *, chamber: Chamber, by: Actor) -> int:
    locked = mails.refused().filter(chamber=chamber).order_by("pk").select_for_update(no_key=True)
    keys = list(locked.values_list("pk", "kind"))
    _leave(status, [key for key, _kind in keys])
    for key, kind in keys:
        record(f"mail.{_ACTS[status]}", chamber=chamber, actor=by, mail=key, kind=kind)
    return len(keys)


def _leave(status: OutboxMail.Status, keys: list[int]) -> None:
    """The mails are refused no longer, and nothing is left of whom they went to."""
    now = timezone.now()
    OutboxMail.objects.refused().filter(pk__in=keys).update(
        status=status,
        not_before=now,
        tried_since=now,
        attempts=0,
        given_up_at=None,
        refused_address="",
        refused_subject="",
    )


def _is_needless(mail: OutboxMail) -> bool:
    try:
        return write(mail) is None
    except ObjectDoesNotExist:  # what it speaks of was deleted
        return True
    except Exception:  # a fault of ours
        return False
