"""That every kind of case is whole: its mails, its parts of the clerk's pages, its checklist."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core import checks
from django.db import connection
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from casework.kinds import MAILS, PARTS, CaseKind, every_kind
from casework.models import Case
from mailing.letters import is_declared

# The outbox's names of the mails about cases.
_LETTERS = (
    *("submitted", "returned", "approved", "rejected", "withdrawn", "to_chamber"),
    *("message_to_company", "message_to_chamber"),
)


@checks.register()
def every_kind_is_whole(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Something can be asked of a chamber, and every kind of it has its mails, its templates and no key that is too long."""
    faults = [fault for kind in every_kind() for fault in _faults(kind)]
    if not every_kind():
        faults.append("no kind of case is declared")
    faults += [f"nobody writes the mail casework.{each}" for each in _LETTERS if not is_declared(f"casework.{each}")]
    return [checks.Error(fault, id="casework.E001") for fault in faults]


def _faults(kind: CaseKind) -> Iterator[str]:
    if len(kind.key) > (Case._meta.get_field("kind").max_length or 0):
        yield f"{kind.key}: the key is too long"
    for mail in MAILS:
        if mail not in kind.mails:
            yield f"{kind.key}: the mail {mail} is missing"
    templates = [f"mail/{mail.template}.txt" for mail in kind.mails.values()]
    templates += [f"{kind.parts}/{part}.html" for part in PARTS]
    yield from (f"{kind.key}: the template {name} is missing" for name in templates if not _exists(name))


def _exists(template: str) -> bool:
    try:
        get_template(template)
    except TemplateDoesNotExist:
        return False
    return True


@checks.register(checks.Tags.database)
def every_case_has_its_kind(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """No row is of a kind that nobody has declared."""
    if not databases or Case._meta.db_table not in connection.introspection.table_names():
        return []
    known = [kind.key for kind in every_kind()]
    strange = Case.objects.exclude(kind__in=known).order_by().values_list("kind", flat=True).distinct()
    return [
        checks.Error(f"cases of the kind {kind}, which nobody has declared", id="casework.E002") for kind in strange
    ]
