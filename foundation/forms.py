"""The base of every form, which says what is to be done, and fields that forgive what people's keyboards do."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import mailboxes
from foundation.text import AS_HYPHENS, tidy, visible_text
from foundation.typed_before import typed_into

# What Django says about an empty field is a machine's Japanese.
_DJANGOS_WORDS = forms.Field.default_error_messages["required"]


class PortalFormMixin:
    """Says what to do where a field was left empty or a number is out of bounds, unless the field has words of its own."""

    fields: dict[str, forms.Field]

    @property
    def shown_field(self) -> str:
        """What an editing form's page shows, in a hidden field (foundation/editing.py); other forms have none."""
        return ""

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """What was typed before the session ended, where it was."""
        typed = typed_into(self)  # type: ignore[arg-type]
        name = self.add_prefix(field_name)  # type: ignore[attr-defined]
        if typed is None or isinstance(field, forms.FileField) or field.widget.value_omitted_from_data(typed, {}, name):
            return super().get_initial_for_field(field, field_name)  # type: ignore[misc]
        return field.widget.value_from_datadict(typed, {}, name)

    def full_clean(self) -> None:
        for field in self.fields.values():
            if field.error_messages["required"] is _DJANGOS_WORDS:
                field.error_messages["required"] = _what_to_do(field)
            if isinstance(field, forms.IntegerField):
                field.error_messages.setdefault("min_value", _("%(limit_value)s以上の数を入力してください。"))
                field.error_messages.setdefault("max_value", _("%(limit_value)s以下の数を入力してください。"))
        super().full_clean()  # type: ignore[misc]


def _what_to_do(field: forms.Field) -> str:
    match field:
        case forms.ChoiceField():
            return _("選択してください。")
        case forms.FileField():
            return _("ファイルを選択してください。")
        case forms.BooleanField():
            return _("確認して、チェックを入れてください。")
    return _("入力してください。")


class PortalForm(PortalFormMixin, forms.Form):
    """A form that stands on its own."""


class UncutField(forms.CharField):
    """Tells no browser how much it takes: a pasted text would be cut off there without a word."""

    default_error_messages = {
        "max_length": gettext_lazy("%(limit_value)d文字以内で入力してください(いまは%(show_value)d文字です)。")
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class PlainTextField(UncutField):
    """A text as it is meant (foundation/text.py)."""

    def to_python(self, value: Any) -> str:
        return super().to_python(tidy(str(value or ""))) or ""


class IdentifierField(PlainTextField):
    """A code or ID that people copy from paper or mail: full width becomes half width, white space disappears."""

    default_validators = [visible_text]

    def to_python(self, value: Any) -> str:
        return "".join(unicodedata.normalize("NFKC", super().to_python(value)).split())


class ParagraphField(PlainTextField):
    """A text of one paragraph, typed into several lines: their ends become spaces."""

    def to_python(self, value: Any) -> str:
        return re.sub(r"\s*[\r\n]+\s*", " ", super().to_python(value))


class NumberWithHyphensField(PlainTextField):
    """A number with hyphens: full width becomes half width, any dash a hyphen, spaces disappear."""

    def to_python(self, value: Any) -> str:
        typed = unicodedata.normalize("NFKC", super().to_python(value).translate(AS_HYPHENS))
        return "".join(typed.split())


class PostalCodeField(NumberWithHyphensField):
    """Seven digits, kept as 950-8711."""

    default_validators = [
        RegexValidator(
            r"^[0-9]{3}-[0-9]{4}\Z",
            gettext_lazy("郵便番号は「950-8711」のように、数字7桁で入力してください。"),
        )
    ]

    def to_python(self, value: Any) -> str:
        digits = super().to_python(value).removeprefix("〒").replace("-", "")
        return f"{digits[:3]}-{digits[3:]}" if digits else ""


_FEWEST_DIGITS = 8  # of a telephone number with its area code; abroad some have no more


def _dialled(number: str) -> None:
    """Refuses, by name, what no telephone has a key for, and signs in place of digits."""
    visible_text(number)
    unfit = "".join(f"「{each}」" for each in dict.fromkeys(re.sub(r"[0-9()-]|\A\+", "", number)))
    if unfit:
        raise ValidationError(
            _("電話番号は「025-290-4209」のように、数字とハイフンで入力してください。使えない文字: %(letters)s")
            % {"letters": unfit},
            code="character",
        )
    if sum(each.isdigit() for each in number) < _FEWEST_DIGITS:
        raise ValidationError(
            _("電話番号の数字が足りません。「025-290-4209」のように、市外局番から入力してください。"), code="digits"
        )


class TelephoneField(NumberWithHyphensField):
    """A telephone number as it is dialled, from abroad too."""

    default_validators = [_dialled]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "max_length": 20})


class DayField(forms.DateField):
    """A date, with the browser's calendar."""

    default_error_messages = {"invalid": gettext_lazy("日付を「2026-04-01」のように入力してください。")}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"], **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(unicodedata.normalize("NFKC", value) if isinstance(value, str) else value)


class MailboxField(PlainTextField):
    """A mail address as it will be written to (foundation/mailboxes.py)."""

    default_validators = [mailboxes.validate]

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("メールアドレス"))
        kwargs.setdefault("widget", forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}))
        super().__init__(**{**kwargs, "max_length": mailboxes.LONGEST})

    def to_python(self, value: Any) -> str:
        return mailboxes.as_written_to(super().to_python(value))


_LONGEST_TERM = 400  # characters


class SearchField(UncutField):
    """A search term: never refused. No column is longer than what is read of it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return "".join(c for c in super().to_python(value) or "" if c.isprintable())[:_LONGEST_TERM]


class LinesField(UncutField):
    """A text of several lines without hidden characters. Ends of lines become one kind, tabs become spaces."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> str:
        typed = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return "\n".join(tidy(line).rstrip() for line in typed.split("\n")).strip("\n")

    def run_validators(self, value: str) -> None:
        super().run_validators(value)
        visible_text(value.replace("\n", ""))
