"""What a clerk types at the desk."""

from django import forms
from django.utils.translation import gettext_lazy

from accounts.forms import MailboxChangeMixin
from foundation.forms import MailboxField, ParagraphField, PortalForm, SearchField
from foundation.text import visible_text
from trade_registration.models import TradeRegistration


class SearchForm(PortalForm):
    """企業・ID検索"""

    q = SearchField(
        label=gettext_lazy("検索する言葉"),
        help_text=gettext_lazy(
            "貿易登録番号、企業名、受付番号、担当者、氏名、ユーザー名、メールアドレスの一部で検索できます。"
            "全角・半角、大文字・小文字は区別しません。"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ReissueForm(MailboxChangeMixin, PortalForm):
    """The administrator's mailbox, by which the new password must be confirmed."""

    email = MailboxField(
        label=gettext_lazy("管理者のメールアドレス"),
        help_text=gettext_lazy(
            "企業が今のアドレスを使えないときは、本人確認のうえ変更してください。以前のアドレスにもお知らせします。"
        ),
    )


class CallForm(PortalForm):
    """What came of the call to the company."""

    reason = ParagraphField(
        label=gettext_lazy("電話で話した相手と、確認した内容"),
        max_length=400,
        validators=[visible_text],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("記録に残ります。例: 総務部 山田様。署名者本人の依頼で管理者が設定したとのこと。"),
        error_messages={"required": gettext_lazy("電話で話した相手と、確認した内容を入力してください。")},
    )


class ReasonForm(PortalForm):
    """Why a registration is suspended, goes on, or ends."""

    reason = ParagraphField(
        label=gettext_lazy("理由"),
        max_length=TradeRegistration._meta.get_field("status_reason").max_length,
        validators=[visible_text],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("記録に残り、企業へのお知らせメールにも記載します。"),
        error_messages={"required": gettext_lazy("理由を入力してください。")},
    )
