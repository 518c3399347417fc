"""What was typed into the forms of the page that is being answered, and has not been saved."""

import re
from contextvars import ContextVar

from django import forms
from django.http import QueryDict

# A postal code is none of the codes that prove something.
_NEVER = re.compile(r"password|secret|token|(?<!postal_)code$", re.IGNORECASE)
# What a form's boxes, lists and buttons send.
_CHOSEN = re.compile(r"[a-z_]*|True|False|[0-9]{1,2}")
_UNSEEN = ("shown", "version")  # in hidden fields

typed_before: ContextVar[QueryDict | None] = ContextVar("typed_before", default=None)


def typed_into(form: forms.BaseForm) -> QueryDict | None:
    """What was typed into this form; None for one that was sent now, or that has none of the fields."""
    typed = typed_before.get()
    if typed is None or form.is_bound or not any(form.add_prefix(name) in typed for name in form.fields):
        return None
    return typed


def is_never_kept(field: str) -> bool:
    """Whether a field of this name holds what only the person may hold."""
    return _NEVER.search(field) is not None


def texts_in(sent: QueryDict) -> list[str]:
    """What somebody wrote into a form, but for secrets and for what is chosen from lists."""
    lists = ((name, values) for name, values in sent.lists() if name not in _UNSEEN and not is_never_kept(name))
    return [value for _name, values in lists for value in values if not _CHOSEN.fullmatch(value.strip())]
