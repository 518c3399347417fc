"""Inputs as we write them are the inputs that Django's templates draw."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from hypothesis import given
from hypothesis import strategies as st

from foundation.form_renderer import PLAIN_INPUTS, FormRenderer

_WIDGETS: tuple[type[forms.Widget], ...] = (
    forms.CheckboxInput,
    forms.DateInput,
    forms.EmailInput,
    forms.FileInput,
    forms.HiddenInput,
    forms.NumberInput,
    forms.PasswordInput,
    forms.SearchInput,
    forms.TelInput,
    forms.TextInput,
    forms.TimeInput,
    forms.URLInput,
)
_ATTRIBUTES = {"class": "form-control", "required": True, "readonly": False, "maxlength": 20, "data-said": "<b>&\"'"}


class _Inputs(HTMLParser):
    """The attributes of every input."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def _both(widget: forms.Widget, value: Any) -> list[Any]:
    renderers = (FormRenderer(), DjangoTemplates())
    return [_Inputs(widget.render("typed", value, _ATTRIBUTES, renderer)).found for renderer in renderers]


def test_every_plain_input_is_compared() -> None:
    names = {widget().template_name.rpartition("/")[2].removesuffix(".html") for widget in _WIDGETS}  # type: ignore[attr-defined]
    assert names == set(PLAIN_INPUTS)


@pytest.mark.parametrize("widget", _WIDGETS)
@pytest.mark.parametrize("value", [None, "", "田中", '" onfocus="x', 7, True])
def test_an_input_is_what_django_draws(widget: type[forms.Widget], value: Any) -> None:
    ours, djangos = _both(widget(), value)
    assert ours == djangos
    assert len(ours) == 1


@given(st.text())
def test_whatever_is_typed_stays_a_value(typed: str) -> None:
    ours, djangos = _both(forms.TextInput(), typed)
    assert ours == djangos


def test_what_is_no_plain_input_is_djangos() -> None:
    select = forms.Select(choices=[("a", "甲"), ("b", "乙")])
    assert select.render("typed", "b", renderer=FormRenderer()) == select.render(
        "typed", "b", renderer=DjangoTemplates()
    )
