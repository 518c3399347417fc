"""The second factor, and the chamber's clerks."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import devices, second_factor, throttle
from accounts.forms import MailboxChangeMixin, refusal
from accounts.models import Account, Role
from accounts.sessions import SessionStore
from chambers.models import Chamber
from foundation.editing import EditingMixin
from foundation.forms import IdentifierField, MailboxField, PlainTextField, PortalForm
from foundation.text import japanese_text

_STAFF_ID = RegexValidator(
    r"^[A-Za-z0-9._-]{4,20}$", gettext_lazy("半角の英数字と「.」「-」「_」で、4文字以上20文字以内で入力してください。")
)


class SecondFactorForm(PortalForm):
    """A valid form has opened the way in, for a right code works once. Guesses are counted like those at a password."""

    code = IdentifierField(
        label=gettext_lazy("認証コード"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def __init__(self, account: Account, session: SessionStore, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account, self.session = account, session

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        limits = throttle.password_limits(f"{devices.names_of(self.account)}second-factor")
        if not throttle.reserve(limits):
            raise refusal(limits, _("入力の誤りが続いています。%(wait)s待ってから、もう一度お試しください。"))
        if not self.accepts(code):
            raise ValidationError(
                _(
                    "認証コードが正しくないか、すでに使われています。"
                    "スマートフォンの時計が合っているかを確かめ、新しく表示されたコードを入力してください。"
                ),
                code="wrong",
            )
        throttle.forget(limits)
        return code

    def accepts(self, code: str) -> bool:
        return second_factor.show(self.account, code, session=self.session)


class TelephoneForm(SecondFactorForm):
    """Takes the telephone's code only; afterwards ``recovery_codes`` are there to be shown once."""

    recovery_codes: list[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class SetUpForm(TelephoneForm):
    """The new telephone's first code."""

    def accepts(self, code: str) -> bool:
        self.recovery_codes = second_factor.set_up(self.account, code, session=self.session)
        return bool(self.recovery_codes)


class RecoveryCodesForm(TelephoneForm):
    """Asks for new recovery codes."""

    def accepts(self, code: str) -> bool:
        self.recovery_codes = second_factor.renew_recovery_codes(self.account, code)
        return bool(self.recovery_codes)


class RoleField(forms.TypedChoiceField):
    """What a clerk may do."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("役割"),
            choices=Role.choices,
            coerce=Role,
            help_text=gettext_lazy("責任者は、審査に加えて、職員の招待・削除と商工会議所の設定ができます。"),
        )


class InvitationForm(PortalForm):
    """A new clerk."""

    name = PlainTextField(label=gettext_lazy("氏名"), max_length=60, validators=[japanese_text])
    login_id = IdentifierField(
        label=gettext_lazy("職員ID"),
        validators=[_STAFF_ID],
        help_text=gettext_lazy(
            "ログインに使います。半角の英数字と「.」「-」「_」で、4文字以上20文字以内。"
            "大文字と小文字は区別されます。後から変更できません。"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    email = MailboxField()
    role = RoleField()

    def __init__(self, chamber: Chamber, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chamber = chamber

    def clean_login_id(self) -> str:
        login_id: str = self.cleaned_data["login_id"]
        if self.chamber.accounts.filter(login_id__iexact=login_id).exists():
            raise ValidationError(
                _("このIDはすでに使われています(削除したIDも再び使うことはできません)。別のIDにしてください。"),
                code="taken",
            )
        return login_id


class InvitationAgainForm(EditingMixin, MailboxChangeMixin, PortalForm):
    """Another invitation to the same clerk, to a corrected address perhaps."""

    email = MailboxField()


class RoleForm(EditingMixin, PortalForm):
    """Another role for a clerk."""

    role = RoleField()
