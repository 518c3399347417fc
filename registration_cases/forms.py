"""What a company types to begin a case, and into the steps that are made of fields."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.models.target import FIELD, Target
from chambers.models import Chamber, DatedText
from foundation.editing import EditingMixin
from foundation.forms import MailboxField, ParagraphField, PortalForm, SearchField
from foundation.typed_before import typed_before
from registration_cases.models import RegistrationCase
from trade_registration.forms import ContactFieldsForm, company_field
from trade_registration.models import CompanyData


class ChamberSearchForm(PortalForm):
    """検索条件: part of a chamber's name, or its code."""

    name = SearchField(label=gettext_lazy("商工会議所名またはコード"))


class LinkForm(PortalForm):
    """貿易登録のご案内: both rule sets read and accepted, and the mailbox that gets the link."""

    email = MailboxField(
        label=gettext_lazy("メールアドレス"),
        help_text=gettext_lazy(
            "申請ページへのリンクをお送りします。審査の連絡もこのアドレスに届きますので、ご担当者のアドレスを入力してください。"
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def __init__(self, rules: Sequence[DatedText], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules
        for text in rules:
            name = {"text": text.get_kind_display()}
            self.fields[f"accept_{text.pk}"] = forms.BooleanField(
                label=_("「%(text)s」を読み、同意します。") % name,
                error_messages={"required": _("「%(text)s」を読み、同意する場合はチェックを入れてください。") % name},
            )
        self.order_fields([f"accept_{text.pk}" for text in rules])

    def parts(self) -> list[tuple[DatedText, forms.BoundField]]:
        """Each rule set with its box."""
        return [(text, self[f"accept_{text.pk}"]) for text in self.rules]


class ResumeForm(PortalForm):
    """申請の続きから再開: which chamber, and whose mailbox. The answer is the same whether there is a case or not."""

    chamber = forms.ModelChoiceField(
        label=gettext_lazy("申請先の商工会議所"),
        queryset=Chamber.objects.order_by("code"),
        to_field_name="code",
        empty_label=gettext_lazy("選択してください"),
        error_messages={"invalid_choice": gettext_lazy("一覧から選択してください。")},
    )
    email = MailboxField(
        label=gettext_lazy("申請を始めたときのメールアドレス"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class StepForm(EditingMixin, PortalForm):
    """A step of a case. Kept unfinished (``later``, 一時保存), nothing is required, but what is there must be well formed.

    ``saved`` are the values whose faults a page says when it is opened; what was typed and not saved comes before them.
    ``remarks`` are the chamber's; they are shown at their fields.
    """

    def __init__(
        self,
        case: RegistrationCase,
        data: Mapping[str, Any] | None,
        *args: Any,
        saved: Mapping[str, Any] | None = None,
        later: bool = False,
        remarks: Mapping[Target, Sequence[str]],
        **kwargs: Any,
    ) -> None:
        if data is None and typed_before.get() is None:
            data = saved
        super().__init__(data, *args, **kwargs)
        self.case = case
        self.later = later
        for name, field in self.fields.items():
            field.remarks = remarks.get(Target(FIELD, name), ())  # type: ignore[attr-defined]

    def full_clean(self) -> None:
        required = [field for field in self.fields.values() if field.required]
        for field in required:
            field.required = not self.later
        super().full_clean()
        for field in required:
            field.required = True


def _choice(name: str, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    widget = forms.RadioSelect(attrs={"class": "form-check-input"})
    return forms.ChoiceField(label=CompanyData.label(name), choices=choices, widget=widget, **kwargs)


class CompanyForm(StepForm):
    """企業情報: what the chamber examines."""

    registration_type = _choice(
        "registration_type",
        [
            (CompanyData.Type.APPLICANT, gettext_lazy("申請者(自社の貨物について、証明を申請します)")),
            (CompanyData.Type.AGENT, gettext_lazy("代行業者(他社の申請を、業として代行します。署名者は登録しません)")),
            (CompanyData.Type.BOTH, gettext_lazy("申請者かつ代行業者(両方を行います)")),
        ],
    )
    legal_form = _choice("legal_form", CompanyData.LegalForm.choices)
    is_member = _choice(
        "is_member",
        [(True, gettext_lazy("会員")), (False, gettext_lazy("非会員"))],
        help_text=gettext_lazy("申請先の商工会議所の会員かどうかをお答えください。"),
    )
    company_name = company_field(
        "company_name",
        help_text=gettext_lazy("登記された名称(個人事業主の方は屋号)。例: 株式会社新潟CCI貿易"),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    company_name_en = company_field("company_name_en", help_text=gettext_lazy("例: Niigata CCI Trading Co., Ltd."))
    address_en = company_field(
        "address_en", help_text=gettext_lazy("例: 6-1 Bandaijima, Chuo-ku, Niigata 950-0078, Japan")
    )
    representative_title = company_field(
        "representative_title",
        help_text=gettext_lazy("例: 代表取締役。法人の方は必ず入力してください。個人事業主の方は、空欄で構いません。"),
    )
    representative_name = company_field("representative_name", help_text=gettext_lazy("例: 会議所 一郎"))
    line_of_business = company_field(
        "line_of_business",
        kind=ParagraphField,
        help_text=gettext_lazy(
            "取扱商品や主な輸出先などを、400文字以内で入力してください。例: 工作機械の製造および輸出"
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, case: RegistrationCase, *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        is_corporation = self["legal_form"].value() == CompanyData.LegalForm.CORPORATION
        self.fields["representative_title"].required = is_corporation

    def clean_is_member(self) -> bool | str:
        answer: str = self.cleaned_data["is_member"]
        return answer == str(True) if answer else ""

    @property
    def values(self) -> dict[str, Any]:
        """The values to keep. A choice that was not made leaves what was."""
        choices = {name for name, field in self.fields.items() if isinstance(field, forms.ChoiceField)}
        return {name: value for name, value in self.cleaned_data.items() if value != "" or name not in choices}


class ContactStepForm(StepForm, ContactFieldsForm):
    """登録に関する連絡先: how a company that has no registration yet is reached."""

    @property
    def values(self) -> dict[str, Any]:
        """The values to keep."""
        return self.cleaned_data
