"""What comes with a case: signers and their specimens, acceptances, supporting documents."""

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.document_dates import fault_of_date
from casework.limits import MOST_DOCUMENTS, MOST_MEGABYTES, has_room_for_document
from casework.models import SupportingDocument
from chambers.models import DatedText
from documents import specimens, uploads
from documents.repertoire import is_hidden
from documents.specimens import SpecimenError
from documents.uploads import Inspected, UploadError
from foundation.forms import DayField, MailboxField, PlainTextField, PortalForm
from registration_cases.completeness import acceptable, box_of, required_documents
from registration_cases.document_kinds import DATED, DocumentKind
from registration_cases.forms import StepForm
from registration_cases.limits import MOST_SIGNERS, has_room_for_signer
from registration_cases.models import CaseSigner, RegistrationCase

_CHOOSE_AGAIN = gettext_lazy("(ファイルは、もう一度選択してください。)")
_PICTURES = "image/png,image/jpeg"
_TOO_OFTEN = gettext_lazy(
    "短い時間に多くのファイルが送られたため、読み取りを止めています。1時間ほどたってから、もう一度選んでください。"
)
_LONGEST_NAME = SupportingDocument._meta.get_field("file_name").max_length or 0


SIGNER_FIELDS = ("name", "name_en", "title_en", "email")


def _signer_field(name: str, **kwargs: Any) -> PlainTextField:
    column = cast("models.CharField[str, str]", CaseSigner._meta.get_field(name))
    validators = [each for each in column.validators if not isinstance(each, MaxLengthValidator)]
    kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
    return PlainTextField(label=column.verbose_name, max_length=column.max_length, validators=validators, **kwargs)


class _UploadField(forms.FileField):
    """A stranger's file. It costs time to read, so ``may_read`` is asked before, and counts how often."""

    may_read: Callable[[], bool]

    def to_python(self, data: Any) -> Any:
        upload: File[bytes] | None = super().to_python(data)
        if upload is None:
            return None
        if not self.may_read():
            raise ValidationError(_TOO_OFTEN, code="limit")
        try:
            return self.read(upload)
        except (SpecimenError, UploadError) as error:
            raise ValidationError(str(error.message), code=error.reason) from error

    def read(self, upload: "File[bytes]") -> Any:
        """What is kept of the file. Raises SpecimenError or UploadError."""
        raise NotImplementedError


class SpecimenField(_UploadField):
    """A scan or photograph of a signature; gives the PNG that will be printed."""

    widget = forms.FileInput(attrs={"accept": _PICTURES})

    def read(self, upload: "File[bytes]") -> bytes:
        return specimens.clean(upload.read(specimens.MAX_MEGABYTES * 1024 * 1024 + 1))


class SignerForm(StepForm):
    """A signer to be registered. The specimen that was uploaded before stays unless another one is chosen."""

    name = _signer_field("name", help_text=gettext_lazy("例: 会議所 太郎"))
    name_en = _signer_field(
        "name_en", help_text=gettext_lazy("証明書に印字する、ローマ字の氏名です。例: Taro KAIGISHO")
    )
    title_en = _signer_field("title_en", required=False, help_text=gettext_lazy("例: Manager, Export Department"))
    email = MailboxField(
        label=CaseSigner.label("email"),
        help_text=gettext_lazy(
            "署名者本人のアドレスです。最初のログインで、このアドレスに届く確認コードを入力します。"
        ),
    )
    specimen = SpecimenField(
        label=CaseSigner.label("specimen"),
        help_text=gettext_lazy(
            "白い紙に黒か濃い青のペンで署名し、スキャンまたは撮影した画像(PNG・JPEG、10MB以内)を選んでください。"
            "余白と背景は自動で取り除きます。"
        ),
    )

    def __init__(
        self,
        case: RegistrationCase,
        *args: Any,
        signer: CaseSigner | None,
        may_upload: Callable[[], bool],
        **kwargs: Any,
    ) -> None:
        present = {name: getattr(signer, name) for name in SIGNER_FIELDS} if signer else {}
        now = {**present, "specimen": signer.specimen} if signer else {}
        super().__init__(case, *args, saved=present or None, initial=present, now=now, **kwargs)
        self.signer = signer
        specimen = cast(SpecimenField, self.fields["specimen"])
        specimen.may_read = may_upload
        specimen.error_messages["required"] = _("画像を選択してください。")
        if signer is not None and signer.specimen:
            specimen.required = False
        if self.files:
            specimen.help_text = f"{specimen.help_text}{_CHOOSE_AGAIN}"

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if self.later and not self.errors and not any(typed.values()):
            self.add_error("name", _("何も入力されていません。氏名などを入力してから、一時保存してください。"))
        if self.signer is None and not has_room_for_signer(self.case):
            said = _("1つの申請で追加できる署名者は%(most)d人までです。")
            self.add_error(None, said % {"most": MOST_SIGNERS})
        return typed

    @property
    def values(self) -> dict[str, Any]:
        """The values to keep; without a new specimen the old one stays."""
        return {name: value for name, value in self.cleaned_data.items() if name != "specimen" or value}


class PledgeForm(StepForm):
    """規程・誓約: a box for each rule set as a whole and for each item of a pledge."""

    def __init__(self, case: RegistrationCase, texts: Sequence[DatedText], *args: Any, **kwargs: Any) -> None:
        super().__init__(case, *args, **kwargs)
        self.texts = texts
        for text in texts:
            for item in acceptable(text):
                self.fields[box_of(text.pk, item)] = _box(text, item)

    def parts(self) -> list[tuple[DatedText, list[forms.BoundField]]]:
        """Each text with its boxes."""
        return [(text, [self[box_of(text.pk, item)] for item in acceptable(text)]) for text in self.texts]

    @property
    def accepted(self) -> list[tuple[DatedText, int | None]]:
        """What was ticked."""
        boxes = [(text, item) for text in self.texts for item in acceptable(text)]
        return [(text, item) for text, item in boxes if self.cleaned_data[box_of(text.pk, item)]]


def _box(text: DatedText, item: int | None) -> forms.BooleanField:
    """The box of an item, or of a whole text. Its error names it: the summary of errors shows nothing else of it."""
    if item is None:
        label, said = _("内容を読み、同意します。"), _("「%(text)s」を読み、同意する場合はチェックを入れてください。")
    else:
        label = text.items[item]
        said = _("「%(text)s」の%(number)d番目の項目を確認し、同意する場合はチェックを入れてください。")
    names = {"text": text.get_kind_display(), "number": (item or 0) + 1}
    return forms.BooleanField(label=label, error_messages={"required": said % names})


def boxes_of(case: RegistrationCase, texts: Sequence[DatedText]) -> dict[str, bool]:
    """Which boxes the company has ticked before."""
    kept = set(case.accepted_texts.values_list("text_id", "item"))
    return {box_of(text.pk, item): (text.pk, item) in kept for text in texts for item in acceptable(text)}


class DocumentField(_UploadField):
    """A supporting document; gives it inspected."""

    widget = forms.FileInput(attrs={"accept": f"application/pdf,{_PICTURES}"})
    default_error_messages = {"required": gettext_lazy("ファイルを選択してください。")}

    def read(self, upload: "File[bytes]") -> tuple[Inspected, str]:
        inspected = uploads.inspect(upload.read(uploads.MAX_MEGABYTES * 1024 * 1024 + 1))
        return inspected, file_name_of(upload.name or "", inspected.extension)


class DocumentForm(PortalForm):
    """A supporting document to be added. The date of issue matters for some kinds of paper."""

    kind = forms.ChoiceField(
        label=SupportingDocument._meta.get_field("kind").verbose_name,
        error_messages={"required": gettext_lazy("選択してください。")},
    )
    issued_on = DayField(label=SupportingDocument._meta.get_field("issued_on").verbose_name, required=False)
    file = DocumentField(
        label=gettext_lazy("ファイル"),
        help_text=gettext_lazy("PDF・PNG・JPEG、1つ10MB以内(PDFは50ページ以内)。"),
    )

    def __init__(self, case: RegistrationCase, *args: Any, may_upload: Callable[[], bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        cast(DocumentField, self.fields["file"]).may_read = may_upload
        cast(forms.ChoiceField, self.fields["kind"]).choices = _kinds_for(case)
        months = case.chamber.evidence_months
        self.fields["issued_on"].help_text = _(
            "履歴事項全部証明書(現在事項全部証明書)、印鑑証明書、住民票は、書類に記載された発行日(%(months)dか月以内)を入力してください。"
            "令和の年に2018を足すと西暦です(例: 令和8年=2026年)。"
        ) % {"months": months}
        if self.files:
            self.fields["file"].help_text = f"{self.fields['file'].help_text}{_CHOOSE_AGAIN}"

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if "kind" in typed and "issued_on" in typed:
            fault = fault_of_date(self.case.envelope, typed["kind"], typed["issued_on"])
            if fault:
                self.add_error("issued_on", fault)
        if "file" in typed and not has_room_for_document(self.case.envelope, len(self.inspected.content)):
            said = _(
                "添付できる書類は%(most)d件、合わせて%(size)dMBまでです。複数の書類は、1つのPDFにまとめて添付してください。"
            )
            self.add_error(None, said % {"most": MOST_DOCUMENTS, "size": MOST_MEGABYTES})
        return typed

    @property
    def inspected(self) -> Inspected:
        """What is to be kept."""
        return cast(Inspected, self.cleaned_data["file"][0])

    @property
    def values(self) -> dict[str, Any]:
        """What is to be known of it. Only papers whose age matters have a date."""
        kind = DocumentKind(self.cleaned_data["kind"])
        issued_on: dt.date | None = self.cleaned_data["issued_on"] if kind in DATED else None
        return {"kind": kind, "issued_on": issued_on, "file_name": self.cleaned_data["file"][1]}


def _kinds_for(case: RegistrationCase) -> list[Any]:
    """The kinds of paper, those that this case needs first."""
    needed = list(dict.fromkeys(kind for alternatives in required_documents(case) for kind in alternatives))
    others = [kind for kind in DocumentKind if kind not in needed]
    groups: Mapping[str, list[DocumentKind]] = {_("この申請に必要な書類"): needed, _("その他の書類"): others}
    return [("", _("選択してください"))] + [
        (group, [(kind.value, kind.label) for kind in kinds]) for group, kinds in groups.items() if kinds
    ]


def file_name_of(name: str, extension: str) -> str:
    """A file's name as it is shown: without folders and hidden characters, with the ending of what the file is."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    visible = PurePosixPath("".join(character for character in last if not is_hidden(character)).strip())
    fits = visible.suffix.lower().replace("jpeg", "jpg") == f".{extension}"
    ending = visible.suffix if fits else f".{extension}"
    stem = (visible.stem if fits else visible.name) or "document"
    return stem[: _LONGEST_NAME - len(ending)] + ending
