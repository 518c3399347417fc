"""How a company is reached, as it is typed."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import MailboxChangeMixin
from email_verification.services import codes_left_today
from foundation.editing import EditingMixin
from foundation.forms import MailboxField, PlainTextField, PortalForm, PostalCodeField, TelephoneField
from trade_registration.models import TradeRegistration


def company_field(name: str, *, kind: type[PlainTextField] = PlainTextField, **kwargs: Any) -> PlainTextField:
    """A text of a company's data: label, length and permitted characters are those of its column."""
    column = cast("models.CharField[str, str]", TradeRegistration._meta.get_field(name))
    kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
    validators = [each for each in column.validators if not isinstance(each, MaxLengthValidator)]
    return kind(label=column.verbose_name, max_length=column.max_length, validators=validators, **kwargs)


class ContactFieldsForm(PortalForm):
    """How a company is reached, but for the mailbox, which must be proved."""

    postal_code = PostalCodeField(
        label=gettext_lazy("郵便番号"),
        help_text=gettext_lazy("例: 950-8711"),
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
    )
    address = company_field(
        "address",
        help_text=gettext_lazy("登記された本店所在地など、都道府県から入力してください。"),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    telephone = TelephoneField(
        label=gettext_lazy("電話番号"),
        help_text=gettext_lazy("例: 025-290-4209"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    contact_department = company_field("contact_department", required=False)
    contact_name = company_field("contact_name", widget=forms.TextInput(attrs={"autocomplete": "name"}))


class ContactForm(EditingMixin, MailboxChangeMixin, ContactFieldsForm):
    """連絡先等変更. A new mailbox is kept once its code has been entered."""

    email = MailboxField(
        help_text=gettext_lazy(
            "商工会議所からのお知らせが届きます。変更すると、新しいアドレスに確認コードを送信します。"
            "確認が終わるまでは、現在のアドレスが有効です。"
        )
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email != self.present and codes_left_today(self.by) <= 0:
            raise ValidationError(
                _("確認コードを送信できる回数(1日5回)に達しました。メールアドレスは、明日もう一度変更してください。"),
                code="no_codes_left",
            )
        return email
