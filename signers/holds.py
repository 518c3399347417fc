"""In whose hands a signer's ID is: the proof of the mailbox."""

from django.db import transaction

from accounts import services as accounts
from accounts.models import Account
from accounts.sessions import SessionStore
from email_verification.services import Answer, confirm


@transaction.atomic
def prove_mailbox(account: Account, entered: str, *, session: SessionStore) -> Answer:
    """Judges the code that somebody entered on the way in. A right one proves the mailbox, and that whoever holds this session
    reads it."""
    accounts.lock(Account.objects.get_queryset().filter(pk=account.pk))
    answer = confirm(account, entered)
    if answer is Answer.VERIFIED:
        session.prove_mailbox()
    return answer
