"""Sessions in the database: one live session an account, 30 minutes idle, 8 hours at most, and a reason when they end.

One query loads the session, the account and all that decides whether the account may act.
"""

import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection, transaction
from django.utils import timezone

from accounts.conflicts import Conflict
from accounts.kept_input import of_account, of_visit
from accounts.locks import locked_as_checked
from accounts.models import SESSION_LASTS, Account, Ending, Session
from foundation.errors import WrongStatus
from foundation.prepared import Prepared

IDLE = timedelta(minutes=30)
# In the data of a visitor's session: which case a mailed link has opened.
VISIT = "visit"
# The end is moved at most once a minute, so that reading pages writes little: a session ends 30 to 31 minutes after the last page.
_SLACK = timedelta(minutes=1)


# In SQL: every login runs them, and composing them anew cost more than the database's own work.
_END = """
UPDATE accounts_session SET ended_because = CASE
    WHEN expire_date > %(now)s THEN %(because)s
    WHEN expire_date < started_at + %(lasts)s THEN %(idle)s
    ELSE %(too_long)s END
WHERE account_id = %(account)s AND ended_because = '' AND session_key <> %(key)s
"""
# What was typed belongs to whoever held the session; whoever comes in by other credentials need not be the same.
_FORGET = "DELETE FROM accounts_keptinput WHERE owner = %(owner)s"
_INSERT = """
INSERT INTO accounts_session (session_key, session_data, expire_date, started_at, account_id, ended_because)
VALUES (%(key)s, %(data)s, %(end)s, %(now)s, %(account)s, '')
"""
_WORDS: dict[str, Any] = {"lasts": SESSION_LASTS, "idle": Ending.IDLE.value, "too_long": Ending.TOO_LONG.value}


_JOINED = ("account__chamber", "account__registration", "account__parent")
# What searches compare is for searches; of a sub-ID's signer a page knows the name and whether it may act.
_FOR_SEARCHES = ("name_folded", "login_id_folded", "email_folded", "search_key", "registration__search_key")
_OF_PARENT = ("id", "name", "status")
_LEFT_THERE = [
    *(f"account__{name}" for name in _FOR_SEARCHES),
    *(f"account__parent__{each.name}" for each in Account._meta.concrete_fields if each.name not in _OF_PARENT),
]
_WITH_ACCOUNT = Prepared(
    "session_with_account",
    lambda key: Session.objects.select_related(*_JOINED).defer(*_LEFT_THERE).filter(session_key=key),
)


class SessionStore(DatabaseStore):
    """Django's database store, with the account beside the data."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.ending: Ending | None = None
        self.was_an_accounts = False  # what ended was somebody's login, not a visitor's session
        # Whose it was, where what is sent too late may be kept for them.
        self.ended_account: Account | None = None
        self.ended_visit = ""
        self._ends_at: datetime | None = None
        self._written: dict[str, Any] | None = None
        self._account: Account | None = None
        self._second_factor_at: datetime | None = None
        self._mailbox_proved_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    @property
    def account(self) -> Account | None:
        """Whose session this is; None for a visitor who has not logged in or whose session is over."""
        self._get_session()  # type: ignore[attr-defined]
        return self._account

    @property
    def visit(self) -> str:
        """The key of the case that a mailed link has opened in this browser; empty without one."""
        return str(self.get(VISIT, ""))

    @property
    def owner(self) -> str:
        """For whom what is typed here is kept (accounts/kept_input.py); empty for nobody."""
        return of_account(self.account.pk) if self.account else of_visit(self.visit)

    @property
    def second_factor_passed(self) -> bool:
        """Whether whoever holds this session has shown the clerk's second factor too."""
        self._get_session()  # type: ignore[attr-defined]
        return self._second_factor_at is not None

    def pass_second_factor(self) -> None:
        """Notes that the second factor was shown. The session goes on under a new key, so that nobody who knew the old one
        comes along. Raises WrongStatus for one that has ended meanwhile."""
        now, key = timezone.now(), self._get_new_session_key()
        live = Session.objects.filter(session_key=self.session_key, ended_because="")
        if not live.update(session_key=key, second_factor_at=now):
            raise WrongStatus(Conflict.SESSION_ENDED)
        self._session_key, self._second_factor_at = key, now
        self.modified = True

    @property
    def mailbox_proved(self) -> bool:
        """Whether whoever holds this session has shown that they read the owner's mailbox."""
        self._get_session()  # type: ignore[attr-defined]
        return self._mailbox_proved_at is not None

    def prove_mailbox(self) -> None:
        """Notes that whoever holds this session reads the owner's mailbox. Raises WrongStatus when it has ended meanwhile."""
        now = timezone.now()
        live = Session.objects.filter(session_key=self.session_key, ended_because="")
        if not live.update(mailbox_proved_at=now):
            raise WrongStatus(Conflict.SESSION_ENDED)
        self._mailbox_proved_at = now

    def _get_session_from_db(self) -> Session | None:
        row = _WITH_ACCOUNT.first(self.session_key or "")
        self.ending = row.ending(timezone.now()) if row else Ending.IDLE
        self.was_an_accounts = row is not None and row.account_id is not None and self.ending is not None
        if row is None or self.ending or not (row.account is None or row.account.may_enter_here):
            self._session_key = None
            if row and self.ending:
                self.ended_account = row.account if row.may_keep_input else None
                self.ended_visit = self._visit_in(row) if row.account is None else ""
            return None
        self._account, self._second_factor_at = row.account, row.second_factor_at
        self._mailbox_proved_at = row.mailbox_proved_at
        self._touch(row)
        return row

    @property
    def left(self) -> dict[str, int | bool]:
        """Whole seconds until this session ends, 0 for none, and whether using it moves the end. Asking prolongs nothing."""
        row, now = Session.objects.filter(session_key=self.session_key or "").first(), timezone.now()
        if row is None or row.ending(now) or not (row.account_id or self._visit_in(row)):
            return {"seconds": 0, "can_stay": False}
        seconds = int((row.expire_date - now).total_seconds())
        return {"seconds": seconds, "can_stay": row.expire_date < row.started_at + SESSION_LASTS}

    @property
    def seconds_left(self) -> int:
        """As known when this request came."""
        return int((self._ends_at - timezone.now()).total_seconds()) if self._ends_at else 0

    def _visit_in(self, row: Session) -> str:
        return str(self.decode(row.session_data).get(VISIT, ""))

    def _touch(self, row: Session) -> None:
        new_end, self._ends_at = self._end(row.started_at), row.expire_date
        if new_end - row.expire_date >= _SLACK:
            Session.objects.filter(pk=row.pk).update(expire_date=new_end)
            self._ends_at = new_end

    @staticmethod
    def _end(started_at: datetime) -> datetime:
        return min(timezone.now() + IDLE + _SLACK, started_at + SESSION_LASTS)

    @transaction.atomic
    def start(self, account: Account) -> None:
        """Makes this the account's one session under a new key; the others end and will say so.

        Raises WrongStatus when the account may not act any more, or its password is no longer the one that was read with it.
        """
        locked_as_checked(account)
        self.flush()
        self.ending, self.was_an_accounts, self._account = None, False, account
        self.ended_account, self.ended_visit = None, ""
        self.create()

    def flush(self) -> None:
        """Forgets the account too: what is written afterwards, such as a message, belongs to a visitor."""
        super().flush()
        self._account = self._second_factor_at = self._mailbox_proved_at = None

    def delete(self, session_key: str | None = None) -> None:
        """In one query, whether there is such a session or not."""
        if key := session_key or self.session_key:
            Session.objects.filter(session_key=key).delete()

    def _validate_session_key(self, key: str | None) -> bool:
        """Anything else in the cookie is no session, and is not looked for: it may be what no database can read."""
        return key is not None and re.fullmatch(r"[0-9a-f]{32}", key) is not None

    def _get_new_session_key(self) -> str:
        """128 random bits: asking whether they are taken would cost a query and answer no."""
        return secrets.token_hex(16)

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Most sessions hold nothing but their account, which is not in the data: nothing is stored as nothing."""
        return str(super().encode(session_dict)) if session_dict else ""

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        return dict(super().decode(session_data)) if session_data else {}

    def is_empty(self) -> bool:
        """Django takes the cookie of an empty session away; that of an ended one must stay to say why it ended."""
        return bool(super().is_empty()) and self.ending is None

    def save(self, must_create: bool = False) -> None:
        """Writes the data only, so that a page that ends late cannot bring an ended session back to life."""
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        if must_create:
            self._insert(data)
        elif data != self._written:
            live = Session.objects.filter(session_key=self.session_key, ended_because="")
            live.update(session_data=self.encode(data))
        self._written = dict(data)

    def _insert(self, data: dict[str, Any]) -> None:
        """Also ends the account's other session, in the same journey to the database."""
        now = timezone.now()
        values = {
            "key": self._get_or_create_session_key(),  # type: ignore[attr-defined]
            "data": self.encode(data),
            "now": now,
            "end": self._end(now),
            "account": self._account.pk if self._account else None,
            "because": Ending.SECOND_LOGIN.value,
        }
        with connection.cursor() as cursor:
            cursor.execute(f"{_END}; {_INSERT}", {**_WORDS, **values})


def end_sessions(account: Account, *, because: Ending, except_key: str | None = None) -> None:
    """Ends the account's live sessions, and what was kept of their forms. One that had already run out keeps its own reason."""
    values: dict[str, Any] = {
        "now": timezone.now(),
        "because": because.value,
        "account": account.pk,
        "owner": of_account(account.pk),
        "key": except_key or "",
    }
    with connection.cursor() as cursor:
        cursor.execute(f"{_END}; {_FORGET}", {**_WORDS, **values})


def forget_ended_sessions() -> None:
    """Deletes the sessions that ended more than a day ago."""
    Session.objects.filter(expire_date__lt=timezone.now() - timedelta(days=1)).delete()
