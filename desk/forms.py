"""What a clerk types at the desk."""

from django import forms
from django.utils.translation import gettext_lazy

from casework.forms import ParagraphField
from eco_portal.forms import PortalForm, SearchField
from eco_portal.text import visible_text
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
