"""The base of every form, and the fields that forgive what people's keyboards do."""

import unicodedata
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eco_portal.text import visible_text


class PortalFormMixin:
    """Sets crispy's helper once, so that no form repeats a layout; the page's template writes the form tag."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class PortalForm(PortalFormMixin, forms.Form):
    """A form that stands on its own."""


class IdentifierField(forms.CharField):
    """A code or ID that people copy from paper or mail: full width becomes half width, white space disappears."""

    default_validators = [visible_text]

    def to_python(self, value: Any) -> str:
        return "".join(unicodedata.normalize("NFKC", super().to_python(value) or "").split())


class MailboxField(forms.EmailField):
    """A mail address as it will be written to: no IP addresses for a domain, an international domain in its ASCII form."""

    default_error_messages = {
        "invalid": gettext_lazy(
            "メールアドレスの形式が正しくありません。なお、「.」が連続するものや「@」の直前にあるもの"
            "(一部の携帯電話会社の古いアドレス)はお使いになれません。"
        )
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("メールアドレス"))
        kwargs.setdefault("widget", forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}))
        super().__init__(max_length=254, **kwargs)
        self.validators = [_no_address_literal, *self.validators]

    def to_python(self, value: Any) -> str:
        typed = unicodedata.normalize("NFKC", super().to_python(value) or "").strip()
        local, at, domain = typed.rpartition("@")
        try:
            return f"{local}{at}{domain.encode('idna').decode().lower()}"
        except UnicodeError:
            return typed


def _no_address_literal(address: str) -> None:
    visible_text(address)
    if address.endswith("]"):
        raise ValidationError(
            _("「@」の後ろにはドメイン名を入力してください。IPアドレスは使えません。"), code="literal"
        )


class SearchField(forms.CharField):
    """A search term: never refused, cut at 100 characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return "".join(c for c in super().to_python(value) or "" if c.isprintable())[:100]
