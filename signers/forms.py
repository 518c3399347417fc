"""Looking for IDs, and changing signers and sub-IDs."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import MailboxChangeMixin, PasswordField
from accounts.models import Account
from accounts.passwords import canonical, validate
from foundation.editing import EditingMixin
from foundation.forms import MailboxField, PlainTextField, PortalForm, SearchField
from foundation.text import japanese_text


class SearchForm(PortalForm):
    """検索条件: whatever is left empty does not narrow the search."""

    name = SearchField(label=gettext_lazy("氏名"))
    login_id = SearchField(label=gettext_lazy("ユーザー名"))
    email = SearchField(label=gettext_lazy("E-mail"))
    sub_ids = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ChangeEmailForm(MailboxChangeMixin, PortalForm):
    """A new address for a signer."""

    changes_always = True

    email = MailboxField(label=gettext_lazy("新しいメールアドレス"))

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email == self.present:
            raise ValidationError(
                _("現在のメールアドレスと同じです。新しいメールアドレスを入力してください。"), code="same"
            )
        return email


class SetPasswordForm(PortalForm):
    """A password for somebody else, who must change it at the next login."""

    password = PasswordField(label=gettext_lazy("パスワード"), autocomplete="new-password")
    password_again = PasswordField(label=gettext_lazy("パスワード再入力"), autocomplete="new-password")

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["password"].help_text = _(
            "12文字以上128文字以内。次回のログイン時に、本人が新しいパスワードに変更します。"
        )

    def clean_password(self) -> str:
        raw: str = self.cleaned_data["password"]
        validate(raw, self.account)
        return raw

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        first, again = typed.get("password"), typed.get("password_again")
        if first and again and canonical(first) != canonical(again):
            self.add_error("password_again", _("2つのパスワードが一致していません。もう一度入力してください。"))
        return typed


class SubIdFieldsForm(PortalForm):
    """Name and address of a sub-ID's owner."""

    name = PlainTextField(
        label=gettext_lazy("氏名(和文)"),
        max_length=60,
        validators=[japanese_text],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = MailboxField()


class SubIdForm(EditingMixin, MailboxChangeMixin, SubIdFieldsForm):
    """The same of a sub-ID that there is."""


class NewSubIdForm(SetPasswordForm, SubIdFieldsForm):
    """A sub-ID to be made: name, address, and the password that the signer tells its owner."""

    field_order = ("name", "email", "password", "password_again")
