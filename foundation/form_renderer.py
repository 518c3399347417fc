"""How a field of a form becomes HTML."""

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.html import format_html

# The kinds of inputs whose template holds nothing but Django's input.html.
PLAIN_INPUTS = (
    "checkbox",
    "date",
    "email",
    "file",
    "hidden",
    "number",
    "password",
    "search",
    "tel",
    "text",
    "time",
    "url",
)
_TEMPLATES = frozenset(f"django/forms/widgets/{kind}.html" for kind in PLAIN_INPUTS)


class FormRenderer(DjangoTemplates):
    """Django's, but a plain input is written down by its attributes: the three templates for it took most of a field's time."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name not in _TEMPLATES:
            return super().render(template_name, context, request)
        widget = context["widget"]
        given = {name: widget[name] for name in ("type", "name", "value")}
        return format_html("<input{}>", flatatt({**given, **widget["attrs"]}))
