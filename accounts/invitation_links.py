"""The link that lets a new clerk in. Nothing secret is stored: it is computed from the account and the time of the mail."""

import uuid
from datetime import UTC, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import Account

LASTS = timedelta(days=7)


def link_for(clerk: Account, sent_at: int, *, origin: str) -> str:
    """The address to mail, on the site ``origin``; ``sent_at`` is in seconds since 1970."""
    return origin + reverse("accept_invitation", args=[clerk.public_id, sent_at, _proof(clerk, sent_at)])


def opened_by(public_id: uuid.UUID, sent_at: int, proof: str) -> Account | None:
    """The clerk who has not come in yet and whom this link belongs to; None for a used, old or wrong link."""
    clerk = Account.objects.get_queryset().staff().filter(public_id=public_id).select_related("chamber").first()
    if clerk is None or not constant_time_compare(proof, _proof(clerk, sent_at)):
        return None
    in_time = timezone.now() < datetime.fromtimestamp(sent_at, UTC) + LASTS
    return clerk if in_time and clerk.is_usable and clerk.is_invited else None


def _proof(clerk: Account, sent_at: int) -> str:
    said = f"{clerk.public_id}|{clerk.email}|{sent_at}"
    return salted_hmac("staff invitation", said, algorithm="sha256").hexdigest()[:40]
