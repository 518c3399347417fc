"""Fields that forgive what keyboards and clipboards do to amounts, times and long texts."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.forms import LinesField
from foundation.text import japanese_text


class WholeNumberField(forms.IntegerField):
    """A number without a spinner, which a mouse wheel would turn."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    default_error_messages = {"invalid": gettext_lazy("数字だけで入力してください。")}


class AmountField(WholeNumberField):
    """Yen. Commas and the word for yen are forgiven."""

    def to_python(self, value: Any) -> int | None:
        typed = unicodedata.normalize("NFKC", str(value or ""))
        amount: int | None = super().to_python(typed.replace(",", "").strip(" ¥円"))
        return amount


class TimeOfDayField(forms.TimeField):
    """A time, with the browser's clock; empty for a day without."""

    default_error_messages = {"invalid": gettext_lazy("時刻を「09:00」のように入力してください。")}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time", "class": "form-control"}, format="%H:%M")
        super().__init__(required=False, widget=widget, **kwargs)


class WordingField(LinesField):
    """A text of many lines that may stand on paper, each line checked by itself; the error says in which line."""

    widget = forms.Textarea(attrs={"rows": 16})
    longest_item: int | None = None  # characters of a line, where each is an item

    def run_validators(self, value: str) -> None:
        super(LinesField, self).run_validators(value)  # what follows also refuses hidden characters, and says where
        for number, line in enumerate(value.split("\n"), 1):
            try:
                japanese_text(line)
                self._judge_length(line.strip())
            except ValidationError as error:
                said = {"number": number, "fault": error.messages[0]}
                raise ValidationError(_("%(number)s行目: %(fault)s") % said, code="character") from error

    def _judge_length(self, line: str) -> None:
        if self.longest_item is not None and len(line) > self.longest_item:
            raise ValidationError(_("1項目は%(most)s文字以内で入力してください。") % {"most": self.longest_item})
