"""What a manager types into the chamber's settings."""

import datetime as dt
from collections.abc import Iterable
from itertools import product
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import MailboxChangeMixin
from chambers.models import (
    Chamber,
    DatedText,
    Fee,
    OpeningHours,
    first_day_for_fee,
    first_day_for_text,
    items_of,
)
from desk.chamber_settings import Span
from desk.settings_fields import AmountField, TimeOfDayField, WholeNumberField, WordingField
from desk.settings_summary import Payer
from documents.specimens import MAX_MEGABYTES, SpecimenError, clean_seal
from foundation.editing import EditingMixin
from foundation.forms import (
    DayField,
    MailboxField,
    PlainTextField,
    PortalForm,
    PostalCodeField,
    TelephoneField,
)
from foundation.text import japanese_text

_MOST_CLOSED_DAYS = 31
_SPANS = (1, 2)
_LONGEST_ITEM = 400  # characters; a paper takes so many on a page beside everything else
_MOST_ITEMS = 100  # each is a box to be ticked, on one page, and a form that is sent holds at most 1000 fields
_FURTHEST = dt.timedelta(days=3650)
_WEEKDAYS = OpeningHours.Weekday


class ProfileForm(EditingMixin, MailboxChangeMixin, forms.ModelForm):  # type: ignore[type-arg]
    """Names, and where the chamber is reached. Give it ``initial``, no instance: what is typed wrongly stays in the form."""

    email = MailboxField(
        help_text=gettext_lazy("お問い合わせ先として表示します。企業からの申請のお知らせも、ここに届きます。")
    )

    class Meta:
        model = Chamber
        fields = ("name", "name_en", "postal_code", "address", "telephone", "email")
        field_classes = {
            **dict.fromkeys(("name", "name_en", "address"), PlainTextField),
            "postal_code": PostalCodeField,
            "telephone": TelephoneField,
        }
        help_texts = {
            "name": gettext_lazy("画面・メール・登録証に表示します。"),
            "name_en": gettext_lazy("登録証に表示します。例: NIIGATA Chamber of Commerce & Industry"),
            "telephone": gettext_lazy("お問い合わせ先として、企業の画面とメールに表示します。"),
        }


class WindowsForm(EditingMixin, forms.ModelForm):  # type: ignore[type-arg]
    """How long, how early, how late, how many. Give it ``initial``, no instance."""

    class Meta:
        model = Chamber
        fields = (
            "last_day",
            "renewal_opens_days",
            "late_renewal_days",
            "evidence_months",
            "most_signers_without_reason",
        )
        field_classes = dict.fromkeys(fields[1:], WholeNumberField)
        widgets = dict.fromkeys(fields[1:], WholeNumberField.widget)
        help_texts = {
            "last_day": gettext_lazy(
                "変更した後に登録・更新する企業から適用します。登録済みの企業の有効期間は変わりません。"
            ),
            "renewal_opens_days": gettext_lazy("1日から180日の間で入力してください。"),
            "late_renewal_days": gettext_lazy(
                "0日から365日の間で入力してください。0にすると、満了日の翌日からは更新できず、新規登録になります。"
            ),
            "evidence_months": gettext_lazy(
                "履歴事項全部証明書、印鑑証明書などに適用します。1か月から12か月の間で入力してください。"
            ),
            "most_signers_without_reason": gettext_lazy(
                "署名者がこの人数を超えるとき、理由書の添付をお願いします。空欄にすると、何人でも理由書は不要です。"
            ),
        }


class SealForm(EditingMixin, PortalForm):
    """A picture of the seal; the cleaned value is what will be printed."""

    picture = forms.FileField(
        label=gettext_lazy("印影の画像"),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        help_text=gettext_lazy(
            "白い紙に押した印影を、画像いっぱいにスキャンしてください。PNG形式またはJPEG形式、10MBまで。"
        ),
        error_messages={"required": gettext_lazy("画像ファイルを選んでください。")},
    )

    def clean_picture(self) -> bytes:
        upload: UploadedFile[bytes] = self.cleaned_data["picture"]
        try:
            return clean_seal(upload.read(MAX_MEGABYTES * 1024 * 1024 + 1))
        except SpecimenError as error:
            raise ValidationError(str(error.message), code="picture") from error


class OpeningHoursForm(EditingMixin, PortalForm):
    """The week: up to two spans a day. A valid form has it in ``cleaned_data["week"]``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, span in product(_WEEKDAYS, _SPANS):
            said = {"day": day.label, "span": span}
            opens, closes = _("%(day)s %(span)s回目の開始") % said, _("%(day)s %(span)s回目の終了") % said
            self.fields[f"opens_{day.value}_{span}"] = _time_in_the_week(opens)
            self.fields[f"closes_{day.value}_{span}"] = _time_in_the_week(closes)

    @staticmethod
    def typed(week: Iterable[Span]) -> dict[str, dt.time]:
        """The week as it would have been typed."""
        typed: dict[str, dt.time] = {}
        for hours in week:
            span = 2 if f"opens_{hours.weekday}_1" in typed else 1
            typed[f"opens_{hours.weekday}_{span}"] = hours.opens_at
            typed[f"closes_{hours.weekday}_{span}"] = hours.closes_at
        return typed

    @property
    def days(self) -> list[tuple[str, list[tuple[forms.BoundField, forms.BoundField]]]]:
        """For each day its name and, for each span, the two fields."""
        return [
            (
                str(day.label),
                [(self[f"opens_{day.value}_{span}"], self[f"closes_{day.value}_{span}"]) for span in _SPANS],
            )
            for day in _WEEKDAYS
        ]

    def clean(self) -> dict[str, Any]:
        week = [span for day in _WEEKDAYS for span in self._spans_of(day)]
        if not week and not self.errors:
            self.add_error(None, _("受付時間を、少なくとも1つの曜日に入力してください。"))
        return {**self.cleaned_data, "week": week}

    def _spans_of(self, day: OpeningHours.Weekday) -> list[Span]:
        found: list[Span] = []
        for span in _SPANS:
            opens, closes = f"opens_{day.value}_{span}", f"closes_{day.value}_{span}"
            opens_at, closes_at = self.cleaned_data.get(opens), self.cleaned_data.get(closes)
            if (opens_at is None and closes_at is None) or opens in self.errors or closes in self.errors:
                continue
            if opens_at is None or closes_at is None:
                missing = opens if opens_at is None else closes
                self.add_error(missing, _("開始と終了の両方を入力するか、両方を空欄にしてください。"))
            elif closes_at <= opens_at:
                self.add_error(closes, _("終了は開始より後の時刻にしてください。"))
            elif found and opens_at < found[0].closes_at:
                self.add_error(opens, _("1回目の終了より後の時刻にしてください。"))
            else:
                found.append(Span(day.value, opens_at, closes_at))
        return found


def _time_in_the_week(label: str) -> TimeOfDayField:
    field = TimeOfDayField(label=label)
    field.widget.attrs["aria-label"] = label
    return field


class ClosedDaysForm(PortalForm):
    """A day, or the first and last of several, on which the chamber is closed."""

    first = DayField(label=gettext_lazy("休業日"))
    last = DayField(
        label=gettext_lazy("最終日(続けて休業する場合)"),
        required=False,
        help_text=gettext_lazy("年末年始のように続けて休業するときだけ入力してください。"),
    )
    name = PlainTextField(
        label=gettext_lazy("名称"),
        required=False,
        max_length=40,
        validators=[japanese_text],
        help_text=gettext_lazy("例: 成人の日、年末年始"),
    )

    def __init__(self, chamber: Chamber, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chamber = chamber

    def clean_first(self) -> dt.date:
        first: dt.date = self.cleaned_data["first"]
        if first < timezone.localdate():
            raise ValidationError(_("過ぎた日は追加できません。今日以降の日を入力してください。"), code="past")
        return first

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        first = typed.get("first")
        if first is None or "last" in self.errors:
            return typed
        last = typed["last"] or first
        if last < first:
            self.add_error("last", _("休業日と同じ日か、それより後の日を入力してください。"))
        elif (last - first).days >= _MOST_CLOSED_DAYS:
            self.add_error("last", _("一度に追加できるのは31日までです。期間を分けて追加してください。"))
        elif not self.chamber.days_to_close(first, last):
            self.add_error("first", _("この日はすでに休業日として登録されています。"))
        return {**typed, "last": last}


class FeeForm(PortalForm):
    """A new amount for one price, from a day on."""

    amount = AmountField(label=gettext_lazy("金額(円・税込)"), min_value=0, max_value=9_999_999)
    valid_from = DayField(label=gettext_lazy("適用開始日"))

    def __init__(self, chamber: Chamber, item: Fee.Item, payer: Payer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fees = chamber.fees.filter(item=item, is_member=payer.is_member)
        self.first_day = first_day_for_fee(chamber, item, is_member=payer.is_member)
        _begins_from(self, self.first_day)

    def clean_valid_from(self) -> dt.date:
        day = _not_too_late(self.cleaned_data["valid_from"])
        if day < self.first_day:
            raise ValidationError(_too_early(self.first_day), code="early")
        if self.fees.filter(valid_from=day).exists():
            raise ValidationError(
                _("この日からの料金はすでに予定されています。別の日にするか、先に予定を取り消してください。"),
                code="taken",
            )
        return day


class TextForm(EditingMixin, PortalForm):
    """The next version of a text."""

    body = WordingField(label=gettext_lazy("本文"), max_length=20000)
    valid_from = DayField(label=gettext_lazy("適用開始日"))

    def __init__(self, chamber: Chamber, kind: DatedText.Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.scheduled = chamber.texts.filter(kind=kind, valid_from__gt=timezone.localdate()).order_by("version").last()
        self.first_day = first_day_for_text(chamber, kind)
        _begins_from(self, self.first_day)
        if kind in DatedText.ITEMISED:
            cast(WordingField, self.fields["body"]).longest_item = _LONGEST_ITEM
            self.fields["body"].help_text = _("1行に1項目ずつ入力してください。空の行は項目になりません。")
        if kind in DatedText.OPTIONAL:
            self.fields["body"].required = False
            self.fields["body"].help_text = _("空欄にすると、何も表示しません。")

    @property
    def items(self) -> list[str]:
        """The items of what was typed; none for a text that is read as it stands."""
        return items_of(self.cleaned_data["body"]) if self.kind in DatedText.ITEMISED else []

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if len(self.items) > _MOST_ITEMS:
            said = {"most": _MOST_ITEMS, "count": len(self.items)}
            raise ValidationError(
                _("%(most)d項目以内で入力してください(いまは%(count)d項目です)。") % said, code="items"
            )
        return body

    def clean_valid_from(self) -> dt.date:
        day = _not_too_late(self.cleaned_data["valid_from"])
        if day < self.first_day:
            raise ValidationError(self._too_early(), code="early")
        return day

    def _too_early(self) -> str:
        if self.scheduled is None:
            return _too_early(self.first_day)
        said = {"version": self.scheduled.version, "day": date_format(self.scheduled.valid_from)}
        return (
            _(
                "%(day)sから第%(version)s版が適用される予定です。それより後の日にするか、先に第%(version)s版を取り消してください。"
            )
            % said
        )


def _begins_from(form: FeeForm | TextForm, first_day: dt.date) -> None:
    field = form.fields["valid_from"]
    field.widget.attrs["min"] = first_day.isoformat()
    field.help_text = _("この日の0時から適用します。%(day)s以降の日を入力してください。") % {
        "day": date_format(first_day)
    }


def _not_too_late(day: dt.date) -> dt.date:
    """A year with a digit too many would stand before everything that begins after it."""
    latest = timezone.localdate() + _FURTHEST
    if day > latest:
        raise ValidationError(_("%(day)s以前の日を入力してください。") % {"day": date_format(latest)}, code="late")
    return day


def _too_early(first_day: dt.date) -> str:
    return _("さかのぼって変更することはできません。%(day)s以降の日を入力してください。") % {
        "day": date_format(first_day)
    }
