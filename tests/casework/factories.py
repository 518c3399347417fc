"""The cast of the cases: complete by default, at a chamber that has its texts."""

import datetime as dt
import hashlib
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from casework.models import Case, CaseEvent, DocumentContent, SupportingDocument
from chambers.defaults import give_defaults
from chambers.models import Chamber
from demo.handwriting import draw_signature
from registration_cases.completeness import acceptable, required_texts
from registration_cases.document_kinds import DocumentKind
from registration_cases.models import AcceptedText, CaseSigner, RegistrationCase
from registration_cases.services import write_names
from tests.factories import ChamberFactory
from trade_registration.models import CompanyData

SPECIMEN = draw_signature("kaigisho taro")
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)


def ready(chamber: Chamber) -> Chamber:
    """The chamber, with its texts, opening hours and fees."""
    if not chamber.texts.exists():
        give_defaults(chamber)
    return chamber


_DATA = {field.name for field in RegistrationCase._meta.get_fields()}


class CaseFactory(DjangoModelFactory[Case]):
    """A complete draft of a new registration in its envelope, with a signer and all documents. ``submitted`` and ``returned``
    are traits."""

    class Meta:
        model = Case
        skip_postgeneration_save = True

    @classmethod
    def _create(cls, model_class: type[Case], *args: object, **kwargs: Any) -> Case:
        envelope = {name: kwargs.pop(name) for name in list(kwargs) if name not in _DATA}
        case = Case.objects.create(**envelope)
        write_names(RegistrationCase.objects.create(envelope=case, was_sent=bool(case.submitted_at), **kwargs))
        return case

    class Params:
        submitted = factory.Trait(
            status=Case.Status.SUBMITTED,
            receipt_number=factory.LazyAttributeSequence(lambda row, n: f"{row.chamber.code}-2020-{n:05d}"),
            submitted_at=factory.LazyFunction(timezone.now),
            waiting_since=factory.SelfAttribute("submitted_at"),
            submissions=1,
        )
        returned = factory.Trait(submitted=True, status=Case.Status.RETURNED)

    chamber = factory.SubFactory(ChamberFactory)
    kind = RegistrationCase.Kind.NEW
    contact_email = factory.Sequence(lambda n: f"boueki{n}@example.jp")
    registration_type = CompanyData.Type.APPLICANT
    legal_form = CompanyData.LegalForm.CORPORATION
    is_member = True
    company_name = "株式会社越後物産"
    company_name_en = "Echigo Bussan Co., Ltd."
    representative_title = "代表取締役"
    representative_name = "越後 一郎"
    line_of_business = "米菓の製造および輸出"
    postal_code = "950-0001"
    address = "新潟市中央区古町1-2-3"
    address_en = "1-2-3 Furumachi, Chuo-ku, Niigata, Japan"
    telephone = "025-000-0000"
    contact_name = "物産 花子"

    @factory.post_generation
    def complete(self: Case, create: bool, extracted: object, **kwargs: object) -> None:
        """``complete=False`` leaves signers, acceptances and documents out."""
        if not create or extracted is False:
            return
        ready(self.chamber)
        asked = self.registration_case
        if asked.has_signers and not asked.is_renewal:
            CaseSignerFactory(case=self)
        accept_everything(self)
        for kind in (
            DocumentKind.COMPANY_REGISTER,
            DocumentKind.SEAL_CERTIFICATE,
            DocumentKind.PLEDGE,
            DocumentKind.SPECIMEN_NOTIFICATION,
        ):
            SupportingDocumentFactory(case=self, kind=kind)
        if self.submitted_at:
            CaseEvent.objects.create(
                case=self, at=self.submitted_at, from_status=Case.Status.DRAFT, to_status=Case.Status.SUBMITTED
            )


def accept_everything(case: Case) -> None:
    AcceptedText.objects.bulk_create(
        [
            AcceptedText(case=case.registration_case, text=text, item=item)
            for text in required_texts(case.registration_case)
            for item in acceptable(text)
        ],
        ignore_conflicts=True,
    )


class CaseSignerFactory(DjangoModelFactory[CaseSigner]):
    class Meta:
        model = CaseSigner

    case = factory.SubFactory(CaseFactory)

    @classmethod
    def _adjust_kwargs(cls, **kwargs: Any) -> dict[str, Any]:
        return {**kwargs, "case": kwargs["case"].registration_case}

    name = "越後 太郎"
    name_en = "Taro Echigo"
    title_en = "Manager"
    email = factory.Sequence(lambda n: f"signer{n}@example.jp")
    specimen = SPECIMEN


class SupportingDocumentFactory(DjangoModelFactory[SupportingDocument]):
    class Meta:
        model = SupportingDocument
        skip_postgeneration_save = True

    case = factory.SubFactory(CaseFactory)
    kind = DocumentKind.COMPANY_REGISTER
    issued_on = factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=10))
    file_name = "document.pdf"
    content_type = "application/pdf"
    size = len(PDF)
    pages = 1
    sha256 = hashlib.sha256(PDF).hexdigest()

    @factory.post_generation
    def content(self: SupportingDocument, create: bool, extracted: bytes | None, **kwargs: object) -> None:
        if create:
            DocumentContent.objects.create(document=self, content=extracted or PDF)


def change_of(registration: object, **said: object) -> Case:
    """A complete draft of a change (``kind`` for a renewal), with the data in force except for what is said."""
    fields = {name: getattr(registration, name) for name in (*CompanyData.EXAMINED, *CompanyData.CONTACT)}
    ready(registration.chamber)
    values = {"kind": RegistrationCase.Kind.CHANGE, "contact_email": registration.administrator.email, **fields, **said}
    return CaseFactory(chamber=registration.chamber, registration=registration, **values)
