"""What a clerk types about a case."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.dossier import Checklist
from casework.forms import MessageForm
from casework.models import CaseEvent, Remark
from casework.models.target import Target
from casework.targets import Place
from foundation.forms import LinesField, ParagraphField, PortalForm
from foundation.text import visible_text


class NoteForm(PortalForm):
    """A note among the clerks."""

    text = LinesField(
        label=gettext_lazy("内部メモ"),
        max_length=2000,
        help_text=gettext_lazy("職員だけが見られます。申請者には表示されません。"),
        error_messages={"required": gettext_lazy("メモを入力してください。")},
    )


class MessageToCompanyForm(MessageForm):
    """A message to the company."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("申請者へのメッセージ")
        self.fields["text"].help_text = _("申請者の画面に表示し、メールでお知らせします。")


class RejectionForm(PortalForm):
    """Why a case is refused."""

    reason = LinesField(
        label=gettext_lazy("却下の理由"),
        max_length=CaseEvent._meta.get_field("reason").max_length,
        help_text=gettext_lazy("申請者の画面に、このまま表示します。"),
        error_messages={"required": gettext_lazy("却下の理由を入力してください。")},
    )


class ChecklistForm(PortalForm):
    """The items that are checked, of the version of the checklist that was on the page."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    items = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, checklist: Checklist, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checklist = checklist
        self.fields["items"].choices = [(check.number, check.said) for check in checklist.checks]  # type: ignore[attr-defined]

    def clean_version(self) -> int:
        version: int = self.cleaned_data["version"]
        if self.checklist.text is None or version != self.checklist.text.version:
            raise ValidationError(_("チェックリストが新しい版に変わりました。"), code="version")
        return version


class RemarkField(ParagraphField):
    """What is to be corrected at one place."""

    widget = forms.Textarea(attrs={"rows": 2})
    default_validators = [visible_text]


class ReturnForm(PortalForm):
    """修正依頼: a remark at each place that must be corrected, at least one."""

    def __init__(self, places: Sequence[Place], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        longest = Remark._meta.get_field("text").max_length
        for place in places:
            label = _("%(place)sへの指摘") % {"place": place.label}
            self.fields[_name_of(place)] = RemarkField(label=label, max_length=longest, required=False)

    def rows(self) -> list[tuple[Place, forms.BoundField]]:
        """Each place with its field."""
        return [(place, self[_name_of(place)]) for place in self.places]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if not self.errors and not any(typed.values()):
            raise ValidationError(_("修正してほしい項目を、少なくとも1つ入力してください。"), code="empty")
        return typed

    @property
    def remarks(self) -> dict[Target, str]:
        said = {place.target: self.cleaned_data[_name_of(place)] for place in self.places}
        return {target: text for target, text in said.items() if text}


def _name_of(place: Place) -> str:
    return f"remark-{place.target.kind}-{place.target.key}".rstrip("-")
