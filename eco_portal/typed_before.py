"""What was typed into the forms of the page that is being answered, and has not been saved."""

from contextvars import ContextVar

from django import forms
from django.http import QueryDict

typed_before: ContextVar[QueryDict | None] = ContextVar("typed_before", default=None)


def typed_into(form: forms.BaseForm) -> QueryDict | None:
    """What was typed into this form; None for one that was sent now, or that has none of the fields."""
    typed = typed_before.get()
    if typed is None or form.is_bound or not any(form.add_prefix(name) in typed for name in form.fields):
        return None
    return typed
