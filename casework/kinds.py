"""The kinds of cases. The envelope is the same for all; what it must ask of a kind is said here, and answered in a module
``case_kinds`` of the app that has the kind."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.functional import Promise

from accounts.models import Account, Kind
from chambers.models import DatedText

if TYPE_CHECKING:
    from casework.models import Case, CaseQuerySet
    from casework.targets import Place, Places


@dataclass(frozen=True)
class Difference:
    """One thing that changes, in words for people; ``old`` is empty for what is added, ``new`` for what is removed."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Outcome:
    """What an approval would do now. ``obstacles`` are what stands in the way, in words; ``fee`` is in yen, None where nothing
    is owed or no price is set; ``details`` are for the kind's own part of the page."""

    obstacles: list[str]
    fee: int | None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reach:
    """How whoever applies is reached today: their mailbox, and the address of the case's page. ``is_open``: whether they can
    still read there what is written to them."""

    mailbox: str
    page: str
    needs_login: bool
    is_open: bool


@dataclass(frozen=True)
class StatusMail:
    """A mail about a case: its subject, and its template below ``templates/mail/``."""

    subject: str
    template: str


@dataclass(frozen=True)
class CaseKind:
    """What the envelope asks of a kind of case. ``key`` stands in ``Case.kind``."""

    key: str
    label: str | Promise
    tab: str | Promise  # as the desk calls a queue of them
    may_act: frozenset[Kind]  # which IDs fill in, send and withdraw; they and no others see it
    checklist: DatedText.Kind  # which of the chamber's texts is checked
    document_kinds: type[models.TextChoices]  # what can be attached
    dated_documents: frozenset[str]  # those of them whose date of issue counts
    missing: "Callable[[Case], Collection[object]]"  # what stands in the way of submitting
    submit: "Callable[[Case], None]"  # checks and freezes, inside the locked transaction of every submission
    content: (
        "Callable[[Case], Sequence[Any]]"  # all that was filled in, to tell whether it was changed; without documents
    )
    places: "Callable[[Case], Iterable[Place]]"  # what may be remarked, with its label and value; without documents
    differences: "Callable[[Case], list[Difference]]"  # of an open case, against what is in force
    outcome: "Callable[[Case], Outcome]"
    approve: "Callable[[Case, Account], None]"  # inside the locked transaction, before the move; sets the fee
    approved_page: "Callable[[Case], str]"  # where the clerk goes on after an approval
    decided: "Callable[[Case], None]"  # what follows a rejection or a withdrawal, in the same transaction
    reach: "Callable[[Case], Reach]"
    outlived: "Callable[[CaseQuerySet], CaseQuerySet]"  # of drafts of this kind, those that are kept no longer
    earlier: (
        "Callable[[Case, CaseQuerySet], CaseQuerySet]"  # of the cases seen by somebody, those of the same applicant
    )
    parts: str  # the folder of the templates of PARTS
    shown: "Callable[[Case, Places, Account], Mapping[str, Any]]"  # what these are given, for a reader
    mails: Mapping[str, StatusMail]  # one for each of MAILS

    def name_of_document(self, kind: str) -> str:
        """What people call a kind of document."""
        return str(self.document_kinds(kind).label)


# What a kind shows of its own on the clerk's pages: in the summary, in the middle, beside the earlier cases, and of the outcome.
PARTS = ("summary", "middle", "earlier", "outcome")
# What applicant and chamber are told by mail: each move of the case, and that there is a message.
MAILS = ("submitted", "returned", "approved", "rejected", "withdrawn", "message", "to_chamber", "message_to_chamber")

_kinds: dict[str, CaseKind] = {}


def declare(kind: CaseKind) -> CaseKind:
    """Makes a kind known. Raises RuntimeError where another one has its key."""
    if kind.key in _kinds:
        raise RuntimeError(f"Two kinds of case are called {kind.key}")
    _kinds[kind.key] = kind
    return kind


def kind_called(key: str) -> CaseKind:
    """The kind with this key. Raises KeyError where nobody has declared it."""
    return _kinds[key]


def every_kind() -> list[CaseKind]:
    """All kinds, in the order of their declaration."""
    return list(_kinds.values())


def open_to(kind_of_id: Kind) -> list[str]:
    """The keys of the kinds in which such an ID acts."""
    return [kind.key for kind in _kinds.values() if kind_of_id in kind.may_act]
