"""Logging in, choosing a password, asking for a new one."""

import math
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import devices, hashing, services, throttle
from accounts.access import VisitorRequest
from accounts.credentials import account_called, opens
from accounts.models import Account
from accounts.passwords import canonical, validate
from foundation.forms import IdentifierField, MailboxField, PlainTextField, PortalForm, UncutField

# The hash takes time by its length; more than this is nobody's password.
_LONGEST_INPUT = 1000


def _writable(password: str) -> None:
    """Refuses half characters (lone surrogates), which cannot be hashed."""
    if any("\ud800" <= character <= "\udfff" for character in password):
        raise ValidationError(_("使えない文字が含まれています。もう一度入力してください。"), code="character")


class PasswordField(UncutField):
    """A password: never shown again, never stripped here (accounts/passwords.py decides its spelling)."""

    default_validators = [_writable]

    def __init__(self, *, autocomplete: str, placeholder: Any = "", **kwargs: Any) -> None:
        attributes = {"autocomplete": autocomplete}
        if placeholder:
            attributes["placeholder"] = placeholder
        widget = forms.PasswordInput(attrs=attributes)
        super().__init__(strip=False, max_length=_LONGEST_INPUT, widget=widget, **kwargs)


def refusal(limits: Iterable[throttle.Limit], message: Any) -> ValidationError:
    """What is said when one of the limits is used up. ``message`` names the time to wait: %(wait)s."""
    seconds = throttle.seconds_to_wait(limits)
    minutes = math.ceil(seconds / 60)
    wait = _("あと%d分") % minutes if minutes < 60 else _("あと約%d時間") % math.ceil(minutes / 60)
    return ValidationError(message, code="throttled", params={"wait": wait, "seconds": seconds})


# Why a form is refused, where it is not for what was typed. Such an error's parameters tell how many seconds to wait.
_REFUSED = {"throttled": 429, "busy": 503}


def answer(form: forms.BaseForm, response: HttpResponse) -> HttpResponse:
    """The page of a form; where it is refused for now, with the status and the time to wait that programs understand."""
    for error in (error for found in form.errors.as_data().values() for error in found):
        if error.code in _REFUSED:
            response.status_code = _REFUSED[error.code]
            response["Retry-After"] = str((error.params or {})["seconds"])
    return response


def check_own_password(account: Account, typed: str) -> None:
    """Raises ValidationError unless this is the account's present password. Guesses are counted, whatever the form."""
    limits = throttle.password_limits(f"{devices.names_of(account)}own-password")
    if not throttle.reserve(limits):
        raise refusal(limits, _("試行回数が多すぎます。%(wait)s待ってから、もう一度お試しください。"))
    if not account.has_password(typed):
        raise ValidationError(_("現在のパスワードが正しくありません。"), code="wrong")
    throttle.forget(limits)


_PASSWORD_IS_MISSING = gettext_lazy("メールアドレスを変更するには、あなたの現在のパスワードを入力してください。")


class MailboxChangeMixin:
    """A form with ``email``: whoever changes the present one shows their own password, because a session alone, left open or
    stolen, must not turn a mailbox over. What is cleaned does not hold the password."""

    fields: dict[str, forms.Field]
    changes_always = False  # whether nothing but a change of the mailbox is what the form is for

    def __init__(self, *args: Any, by: Account, present: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.present = by, present
        self.fields["current_password"] = PasswordField(
            label=_("あなたの現在のパスワード"),
            autocomplete="current-password",
            required=self.changes_always,
            help_text="" if self.changes_always else _("メールアドレスを変更するときに入力してください。"),
            error_messages={"required": _PASSWORD_IS_MISSING},
        )

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean()  # type: ignore[misc]
        password = typed.pop("current_password", None)
        if password is not None and typed.get("email", self.present) != self.present:
            self._check(password)
        return typed

    def _check(self, password: str) -> None:
        try:
            if not password:
                raise ValidationError(_PASSWORD_IS_MISSING, code="required")
            check_own_password(self.by, password)
        except ValidationError as error:
            self.add_error("current_password", error)  # type: ignore[attr-defined]


class LoginForm(PortalForm):
    """The login is this form: count the attempt, compute one hash, start the session, and answer every failure alike."""

    chamber_code = IdentifierField(
        label=gettext_lazy("商工会議所コード"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "inputmode": "numeric"}),
    )
    login_id = IdentifierField(
        label=gettext_lazy("管理者ID/ユーザID/サブID"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = PasswordField(label=gettext_lazy("パスワード"), autocomplete="current-password")

    def __init__(self, request: VisitorRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.ECO_STAFF_SITE:
            self.fields["login_id"].help_text = _("商工会議所の職員の方は、職員IDを入力してください。")
        self.request = request
        self.account: Account | None = None

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if len(typed) == 3:
            self._log_in_if_there_is_a_place(typed["chamber_code"], typed["login_id"], typed["password"])
        return typed

    def _log_in_if_there_is_a_place(self, chamber_code: str, login_id: str, password: str) -> None:
        try:
            with hashing.place():
                self._log_in(chamber_code, login_id, password)
        except hashing.Busy:
            raise ValidationError(
                _("ただいまログインが混み合っています。数秒待ってから、もう一度お試しください。"),
                code="busy",
                params={"seconds": 5},
            ) from None

    def _log_in(self, chamber_code: str, login_id: str, password: str) -> None:
        account = account_called(chamber_code=chamber_code, login_id=login_id)
        counts = devices.counts(self.request, account, chamber_code=chamber_code, login_id=login_id)
        if not throttle.reserve(counts.limits):
            services.note_refused_login(counts.limits, chamber_code=chamber_code, login_id=login_id)
            raise refusal(
                counts.limits, _("ログインの試行回数が多すぎます。%(wait)s待ってから、もう一度お試しください。")
            )
        is_right = opens(account, password)
        if account is None or not (is_right and services.log_in(account, session=self.request.session, counts=counts)):
            services.note_failed_login(chamber_code=chamber_code, login_id=login_id)
            raise ValidationError(
                _(
                    "ログインできませんでした。商工会議所コード、ID、パスワードをご確認ください。"
                    "入力が正しい場合は、IDが停止されているか、初期パスワードの期限が切れている可能性があります。"
                ),
                code="refused",
            )
        self.account = account


class NewPasswordForm(PortalForm):
    """A new password, twice, judged by the rules for this account's passwords."""

    new_password = PasswordField(
        label=gettext_lazy("新パスワード"),
        autocomplete="new-password",
        placeholder=gettext_lazy("新しいパスワードを入力"),
    )
    new_password_again = PasswordField(
        label=gettext_lazy("新パスワード(確認)"),
        autocomplete="new-password",
        placeholder=gettext_lazy("新しいパスワードを入力"),
    )

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["new_password"].help_text = _(
            "12文字以上128文字以内。文字の種類の決まりはありません。長い文にすると、覚えやすく安全です。"
        )

    def clean_new_password(self) -> str:
        raw: str = self.cleaned_data["new_password"]
        validate(raw, self.account)
        return raw

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        new, again = typed.get("new_password"), typed.get("new_password_again")
        if new and again and canonical(new) != canonical(again):
            self.add_error("new_password_again", _("2つの新パスワードが一致していません。もう一度入力してください。"))
        return typed


class ChangePasswordForm(NewPasswordForm):
    """Changing one's own password. The name is shown, as in the manual, and cannot be changed here."""

    name = PlainTextField(
        label=gettext_lazy("氏名(和文)"),
        disabled=True,
        required=False,
        widget=forms.TextInput(attrs={"readonly": True}),
    )
    current_password = PasswordField(
        label=gettext_lazy("現在のパスワード"),
        autocomplete="current-password",
        placeholder=gettext_lazy("現在のパスワードを入力"),
    )

    field_order = ("name", "current_password", "new_password", "new_password_again")

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(account, *args, **kwargs)
        self.fields["name"].initial = account.name

    def clean_current_password(self) -> str:
        raw: str = self.cleaned_data["current_password"]
        check_own_password(self.account, raw)
        return raw

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        current, new = typed.get("current_password"), typed.get("new_password")
        if current and new and canonical(current) == canonical(new):
            self.add_error("new_password", _("現在のパスワードと同じです。新しいものを入力してください。"))
        return typed


class ForgottenIdForm(PortalForm):
    """Asking for the IDs of a mailbox. The answer is the same whether it has any or not."""

    chamber_code = IdentifierField(
        label=gettext_lazy("商工会議所コード"),
        max_length=20,
        help_text=gettext_lazy("貿易登録証・署名登録証や、システムからのメールに記載されています。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    email = MailboxField(label=gettext_lazy("認証済みのメールアドレス"))


class ForgottenForm(PortalForm):
    """Asking for a one-time link. The answer is the same whether the ID exists or not."""

    chamber_code = IdentifierField(
        label=gettext_lazy("商工会議所コード"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    login_id = IdentifierField(label=gettext_lazy("管理者ID/ユーザID/サブID"), max_length=40)
    email = MailboxField(label=gettext_lazy("登録のメールアドレス"))
