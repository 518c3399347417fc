"""Entering the confirmation code."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from email_verification.services import Answer
from foundation.forms import PlainTextField, PortalForm

# One clear sentence each, saying what to do.
_MESSAGES = {
    Answer.NO_CODE: gettext_lazy(
        "確認コードは「1731679350.0-」のように、数字で始まる45文字です。メールの確認コードをすべてコピーして、入力してください。"
    ),
    Answer.WRONG: gettext_lazy(
        "確認コードが正しくありません。メールの確認コードをすべてコピーして、もう一度入力してください。"
    ),
    Answer.EXPIRED: gettext_lazy(
        "確認コードの有効期間(72時間)が過ぎています。「メールアドレスの確認」から新しい確認コードを送信してください。"
    ),
    Answer.SUPERSEDED: gettext_lazy(
        "新しい確認コードを送信したため、この確認コードは使えません。最後に届いたメールの確認コードを入力してください。"
    ),
    Answer.TOO_MANY: gettext_lazy(
        "入力の誤りが10回に達したため、この確認コードは使えなくなりました。"
        "「メールアドレスの確認」から新しい確認コードを送信してください。"
    ),
    Answer.NONE_OPEN: gettext_lazy(
        "お使いになれる確認コードがありません。「メールアドレスの確認」から新しい確認コードを送信してください。"
    ),
}


# Some paste the whole mail.
_LONGEST_ENTRY = 4000


class CodeForm(PortalForm):
    """The code is judged by ``confirm``: a right one has proved the mailbox as soon as the form is valid."""

    code = PlainTextField(
        label=gettext_lazy("確認コード"),
        max_length=_LONGEST_ENTRY,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def __init__(self, confirm: Callable[[str], Answer], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.confirm = confirm

    def clean_code(self) -> str:
        entered: str = self.cleaned_data["code"]
        answer = self.confirm(entered)
        if answer is not Answer.VERIFIED:
            raise ValidationError(_MESSAGES[answer], code=answer.value)
        return entered
