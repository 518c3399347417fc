"""What happens to an account: logging in and out, changing and resetting the password."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts import devices, kept_input, locks, throttle
from accounts.devices import Counts
from accounts.models import Account, Ending, IdReminder, PasswordOrigin, PasswordReset, Session
from accounts.passwords import canonical
from accounts.sessions import SessionStore, end_sessions
from accounts.throttle import Limit
from audit.models import AuditEntry
from audit.services import record
from chambers.models import Chamber
from foundation.errors import WrongStatus
from mailing.services import put_in_outbox

_NOTE_LOGIN = """
UPDATE accounts_account
SET first_login_at = COALESCE(first_login_at, %(now)s), last_login_at = GREATEST(first_login_at, %(now)s)
WHERE id = %(account)s
"""


def log_in(account: Account, *, session: SessionStore, counts: Counts | None = None) -> bool:
    """Starts the account's one session; a session elsewhere ends and says so. The attempts in ``counts`` are given back.

    Returns False when the password or the right to act have changed since they were checked.
    """
    try:
        _log_in(account, session=session, counts=counts or Counts([], [], []))
    except WrongStatus:
        return False
    return True


@transaction.atomic
def _log_in(account: Account, *, session: SessionStore, counts: Counts) -> None:
    session.start(account)
    given_back = {"counted": [limit.key for limit in counts.own], "totals": [limit.key for limit in counts.totals]}
    with connection.cursor() as cursor:
        noted: dict[str, Any] = {**given_back, "now": timezone.now(), "account": account.pk}
        cursor.execute(f"{throttle.GIVE_BACK}; {_NOTE_LOGIN}", noted)
    record("account.logged_in", chamber=account.chamber, actor=account)


@transaction.atomic
def note_refused_login(limits: Iterable[Limit], *, chamber_code: str, login_id: str) -> None:
    """Puts on record that a limit is used up, once until it opens again: nobody makes the record grow by going on."""
    if throttle.is_first_refusal(limits):
        record("account.login_throttled", chamber=None, **_names_that_exist(chamber_code, login_id))


def note_failed_login(*, chamber_code: str, login_id: str) -> None:
    """Puts a wrong password, ID or chamber on record."""
    record("account.login_refused", chamber=None, **_names_that_exist(chamber_code, login_id))


def _names_that_exist(chamber_code: str, login_id: str) -> dict[str, Any]:
    """What of it may be kept. People type their password into the field of the ID, or of the chamber: what is no name of
    anything is not kept."""
    own = Account.objects.get_queryset().filter(chamber=OuterRef("pk"), login_id=login_id)
    known = Chamber.objects.filter(code=chamber_code).values_list(Exists(own)).first()
    if known is None:
        return {}
    return {"chamber_code": chamber_code, "login_id": login_id} if known[0] else {"chamber_code": chamber_code}


@transaction.atomic
def log_out(account: Account, *, session: SessionStore) -> None:
    """Ends the session, and with it what was kept of forms that were sent too late."""
    session.flush()
    kept_input.forget(kept_input.of_account(account.pk))
    record("account.logged_out", chamber=account.chamber, actor=account)


@transaction.atomic
def set_password(
    account: Account,
    raw: str,
    *,
    origin: PasswordOrigin,
    by: Account | None,
    keep_session: SessionStore | None = None,
) -> None:
    """Gives the account a new password and ends its sessions, but for the one that is kept. The owner is told by mail.

    Raises WrongStatus when the account may not act any more, and when ``by`` has another password than was read with it.
    """
    locked = locks.locked_by(account, by)
    locked.set_password(canonical(raw))
    locked.password_origin = origin
    locked.password_set_at = timezone.now()
    locked.save(update_fields=("password", "password_origin", "password_set_at"))
    end_sessions(locked, because=Ending.CREDENTIALS, except_key=keep_session.session_key if keep_session else None)
    entry = record("account.password_set", chamber=locked.chamber, actor=by, subject=locked, origin=origin.value)
    if locked.email_verified_at:
        put_in_outbox(
            "accounts.password_changed",
            key=str(entry.pk),
            chamber=locked.chamber,
            account=locked.pk,
            origin=origin.value,
        )
    for name in ("password", "password_origin", "password_set_at"):
        setattr(account, name, getattr(locked, name))


def lock(ids: QuerySet[Account]) -> list[Account]:
    """Locks the IDs and their live sessions, in the caller's transaction; also the sub-IDs among them that were made while the
    lock on their signer was waited for.

    For verbs that end several IDs or record more than one act: whoever records holds the chamber's audit chain, and must
    not wait for a row whose holder waits for the chain.
    """
    locked: list[Account] = []
    while found := list(_unlocked(ids, locked)):
        locked += found
    live = Session.objects.filter(account__in=locked, ended_because="").order_by("pk")
    list(live.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    return locked


def _unlocked(ids: QuerySet[Account], locked: list[Account]) -> QuerySet[Account]:
    others = ids.exclude(pk__in=[each.pk for each in locked])
    return others.order_by("pk").select_for_update(no_key=True, of=("self",))


def locked_until(chamber: Chamber, ids: Iterable[Account]) -> dict[int, datetime]:
    """By key, until when those of a chamber's IDs are locked, in some browser at least."""
    beginnings = {devices.names_begin(chamber.code, account.login_id): account.pk for account in ids}
    return {beginnings[name]: until for name, until in throttle.locked_until(beginnings).items()}


@transaction.atomic
def unlock(account: Account, *, by: Account) -> None:
    """Forgets all that is counted on the ID and can lock it: wrong passwords, wherever they came from, wrong codes, and
    requests for a new password."""
    throttle.forget_all(devices.names_of(account))
    record("account.unlocked", chamber=account.chamber, actor=by, subject=account)


@transaction.atomic
def change_email(account: Account, email: str, *, by: Account) -> AuditEntry:
    """Gives the account a new, unproven address and ends its sessions. Raises WrongStatus when it may not act any more, and
    when ``by`` has another password than was read with it."""
    locks.locked_by(account, by)
    account.email, account.email_verified_at = email, None
    account.save(update_fields=("email", "email_verified_at"))
    end_sessions(account, because=Ending.CREDENTIALS)
    return record("account.email_changed", chamber=account.chamber, actor=by, subject=account)


@transaction.atomic
def request_password_reset(*, chamber_code: str, login_id: str, email: str) -> None:
    """Notes the request. The same work for everybody: whether it fits an ID is looked up when the mail is sent. The link will
    lead to the site on which it was asked for."""
    reset = PasswordReset.objects.create(email=email, **_names_that_exist(chamber_code, login_id))
    put_in_outbox(
        "accounts.password_reset", key=str(reset.pk), chamber=None, reset=reset.pk, origin=settings.ECO_ORIGIN
    )
    record("account.reset_requested", chamber=None, subject=reset)


@transaction.atomic
def request_ids(*, chamber_code: str, email: str) -> None:
    """Notes the request. As above, whose mailbox it is is looked up when the mail is sent."""
    known = Chamber.objects.filter(code=chamber_code).exists()
    reminder = IdReminder.objects.create(chamber_code=chamber_code if known else "", email=email)
    put_in_outbox("accounts.ids", key=str(reminder.pk), chamber=None, reminder=reminder.pk, origin=settings.ECO_ORIGIN)
    record("account.ids_requested", chamber=None, subject=reminder)


@transaction.atomic
def reset_password(reset: PasswordReset, account: Account, raw: str) -> bool:
    """Uses the one-time link. Returns False when it opens nothing any more: it, or another one, has just been used, or the
    account has another mailbox or may not act."""
    locks.lock(account)
    now_opened = reset.account()
    if now_opened is None or now_opened.password != account.password:
        return False
    if not PasswordReset.objects.filter(pk=reset.pk, used_at__isnull=True).update(used_at=timezone.now()):
        return False
    # Who has proved the mailbox is not the one who guessed.
    throttle.forget_all(devices.names_of(account))
    set_password(account, raw, origin=PasswordOrigin.OWN, by=account)
    return True
