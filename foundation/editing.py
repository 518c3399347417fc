"""Forms over values that somebody else may change while a page is open."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _

from foundation.forms import PortalFormMixin
from foundation.typed_before import typed_into
from foundation.versions import ChangedMeanwhile, Shown

_FIELD = "shown"
_LONGEST = 100  # characters of somebody else's value in an error


class EditingMixin(PortalFormMixin):
    """Knows what its page showed. ``now`` are the values as they are, by field; the page that is rendered first shows them."""

    data: Mapping[str, Any]
    cleaned_data: dict[str, Any]
    kept: Any = None

    def __init__(self, *args: Any, now: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed = typed_into(self)  # type: ignore[arg-type]
        sent = (self.data if typed is None else typed).get(_FIELD)
        self.now, self.shown = now, Shown.of(now) if sent is None else Shown.read(sent)

    def _clean_fields(self) -> None:
        """What was left as it was shown stays as it is by now: whoever did not touch a field is not asked about it."""
        super()._clean_fields()  # type: ignore[misc]
        for name, value in self.cleaned_data.items():
            if self.shown.is_of(name, value):
                self.cleaned_data[name] = self.now[name]

    @property
    def shown_field(self) -> str:
        """What this page shows, for the next time it is sent."""
        return format_html('<input type="hidden" name="{}" value="{}">', _FIELD, str(self.shown))

    def keep(self, verb: Callable[..., object]) -> bool:
        """Runs the verb that writes; ``kept`` is its answer. False where fields were changed by somebody else too: the errors
        at the fields give the present values, and sent once more, what was typed is what counts."""
        try:
            self.kept = verb(shown=self.shown)
        except ChangedMeanwhile as changed:
            for name, value in changed.present.items():
                self._report(name, value)
            self.shown = self.shown.having_seen(changed.present)
            return False
        return True

    def _report(self, name: str, value: Any) -> None:
        field = self.fields.get(name)
        said = _(
            "この画面を開いた後に、ほかの画面から「%(value)s」に変更されています。"
            "入力した内容に置き換える場合は、もう一度送信してください。"
        ) % {"value": _in_words(field, value)}
        self.add_error(name if field else None, said)  # type: ignore[attr-defined]


def _in_words(field: forms.Field | None, value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, bytes | memoryview):
        return _("別の画像")
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    text = "、".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return (text[:_LONGEST] + "…" if len(text) > _LONGEST else text) or _("(空欄)")
