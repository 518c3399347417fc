"""Who may come in: the IDs, their sessions, and what proves them."""

from accounts.models.account import MEMBERS, Account, AccountQuerySet, Kind, PasswordOrigin, Role
from accounts.models.credentials import Attempts, DayKey, IdReminder, InitialPassword, PasswordReset, RecoveryCode
from accounts.models.done_once import DoneOnce
from accounts.models.kept_input import KeptInput
from accounts.models.session import SESSION_LASTS, Ending, Session

__all__ = [
    "MEMBERS",
    "SESSION_LASTS",
    "Account",
    "AccountQuerySet",
    "Attempts",
    "DayKey",
    "DoneOnce",
    "Ending",
    "IdReminder",
    "InitialPassword",
    "KeptInput",
    "Kind",
    "PasswordOrigin",
    "PasswordReset",
    "RecoveryCode",
    "Role",
    "Session",
]
