"""Whatever a form takes, every printable form can print: refused at its field, or printed whole and inside the page.

The fields are those of the forms themselves: a new one is tried without a word here, and must be found in print.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any

import pypdfium2
import pytest
from django import forms
from django.urls import get_resolver
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from accounts.models import Account
from casework import papers
from casework.enclosure_forms import SignerForm
from casework.forms import CompanyForm, ContactStepForm, LinkForm
from casework.models import Case
from chambers.models import DatedText
from desk.settings_fields import WordingField
from desk.settings_forms import ProfileForm, TextForm
from eco_portal.forms import MailboxField, PostalCodeField, TelephoneField
from signers.certificates import signer_certificates
from signers.services import issue_passwords
from tests.casework.factories import CaseFactory
from tests.conftest import Company, without_password
from tests.documents.papers import squeezed
from tests.factories import PASSWORD
from trade_registration.certificates import registration_certificate

# What is awkward in print: wide and narrow letters, no place to break, marks, variants, letters beyond the first plane.
PATTERNS = {
    "kanji": "櫻",
    "wide Latin": "W",
    "narrow Latin": "i",
    "digits": "8",
    "variants of kanji": "葛\U000e0100",
    "beyond the first plane": "𠮷",
    "combining marks": "か\u309aセ\u309a",
    "accents": "ÅŴ",
    "closing brackets": "」",
    "long sounds": "ー",
    "full width": "Ｗ",
    "dashes": "—",
    "hyphens": "W-",
    "Hangul": "가",
    "words": "貿易 ",
    "English words": "Mm ",
    "one long word, then another": "W" * 59 + " ",
    "signs of markup": '#*_$\\"<&',
    "rare marks": "①㈱℡",
}
_EDGE = 14  # points: 5 mm, which office printers leave white


def filled(pattern: str, length: int) -> str:
    """The pattern again and again, as often as there is room for it."""
    return (pattern * (length // len(pattern)) or pattern[:length]).strip()


def extreme(field: forms.Field, pattern: str) -> str:
    """As much of the pattern as the field takes."""
    match field:
        case PostalCodeField():
            return "950-8711"
        case TelephoneField():
            return "8" * 20
        case MailboxField():
            letter = pattern[0] if pattern[0] in "Wi8" else "m"
            return f"{letter * 64}@{letter * 63}.{letter * 63}.{letter * 57}.jp"
        case WordingField():
            return "\n".join(filled(pattern, length) for length in (400, 60, 400, 399))
    return filled(pattern, getattr(field, "max_length", 0))


def extremes(form: type[forms.BaseForm], patterns: Sequence[str]) -> dict[str, str]:
    """For each field of text as much as it takes, of the patterns in turn."""
    fields: Mapping[str, forms.Field] = form.base_fields  # type: ignore[attr-defined]
    texts = [(name, field) for name, field in fields.items() if isinstance(field, forms.CharField)]
    return {name: extreme(field, pattern) for (name, field), pattern in zip(texts, cycle(patterns), strict=False)}


def taken(make: Callable[[dict[str, str]], Any], typed: dict[str, str], usual: Mapping[str, str]) -> dict[str, str]:
    """What the form keeps of it. What it refuses, it refuses at its field; what is usual stands there instead."""
    form = make({**usual, **typed})
    if not form.is_valid():
        assert set(form.errors) <= set(typed), form.errors
        form = make({**usual, **{name: text for name, text in typed.items() if name not in form.errors}})
        assert form.is_valid(), form.errors
    return {name: form.cleaned_data[name] for name in typed}


def shown(pdf: bytes) -> str:
    """All that is on the pages, after a look at where each letter stands."""
    texts = []
    for page in pypdfium2.PdfDocument(pdf):
        width, height = page.get_size()
        letters = page.get_textpage()
        for index in range(letters.count_chars()):
            left, bottom, right, top = letters.get_charbox(index)
            inside = _EDGE < left <= right < width - _EDGE and _EDGE < bottom <= top < height - _EDGE
            assert inside or left == right, (letters.get_text_range(index, 1), left, bottom, right, top)
        texts.append(letters.get_text_range())
    return _as_read("".join(texts))


def _as_read(text: str) -> str:
    """A viewer gives a variant of a kanji without its selector, breaks lines, and takes a hyphen at their end for its own."""
    typed = text.replace("\x02", "-").replace("\ufffe", "-")
    return squeezed("".join(c for c in typed if not "\U000e0100" <= c <= "\U000e01ef"))


def missing(pdfs: Iterable[bytes], texts: Mapping[Any, str]) -> list[Any]:
    """The fields whose text is on none of them."""
    found = [shown(pdf) for pdf in pdfs]
    return [name for name, text in texts.items() if not any(_as_read(text) in pages for pages in found)]


def under(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{name} {field}": text for field, text in texts.items()}


USUAL = {
    "registration_type": "both",
    "legal_form": "corporation",
    "is_member": "True",
    "company_name": "株式会社越後物産",
    "company_name_en": "Echigo",
    "address_en": "Niigata",
    "representative_title": "代表",
    "representative_name": "越後",
    "line_of_business": "輸出",
    "postal_code": "950-8711",
    "address": "新潟市",
    "telephone": "025-290-4209",
    "contact_name": "花子",
    "name": "越後",
    "name_en": "Echigo",
    "email": "taro@example.jp",
}


class Office:
    """A company with its case and its signer, at a chamber: what the forms take, it prints."""

    def __init__(self, company: Company, manager: Account) -> None:
        self.company, self.chamber, self.manager = company, company.chamber, manager
        self.case = CaseFactory(chamber=self.chamber, registration_type="both")
        self.case_signer = self.case.signers.get()
        self.signer = company.signer_row
        without_password(self.signer.account)
        issue_passwords([self.signer], by=company.administrator)
        self.signer.refresh_from_db()

    def lost_of_company(self, patterns: Sequence[str]) -> list[str]:
        """Fills in 企業情報, 登録に関する連絡先, the mailbox and the signer; returns the fields that are nowhere in print."""
        of_company = taken(self._company_form, extremes(CompanyForm, patterns), USUAL)
        of_contact = taken(self._contact_form, extremes(ContactStepForm, patterns), USUAL)
        of_signer = taken(self._signer_form, extremes(SignerForm, patterns), USUAL)
        of_mailbox = taken(lambda data: LinkForm([], data), extremes(LinkForm, patterns), USUAL)
        for owner in (self.case, self.company.registration):
            vars(owner).update({**of_company, **of_contact})
        self.case.contact_email = of_mailbox["email"]
        self.case.save()
        vars(self.case_signer).update(of_signer)
        self.case_signer.save()
        vars(self.signer).update(name_en=of_signer["name_en"], title_en=of_signer["title_en"])
        vars(self.signer.account).update(name=of_signer["name"], email=of_signer["email"])
        texts = {**of_company, **of_contact, **under("signer", of_signer), **under("mailbox", of_mailbox)}
        return missing(self.in_print(), texts)

    def lost_of_chamber(self, patterns: Sequence[str]) -> list[str]:
        """The same with the chamber's profile and its pledges."""
        profile = taken(self._profile_form, extremes(ProfileForm, patterns), {**USUAL, "current_password": PASSWORD})
        vars(self.chamber).update(profile)
        self.case = Case.objects.get_queryset().get(pk=self.case.pk)  # remembers no texts
        self.case.chamber = self.company.registration.chamber = self.chamber
        items: dict[str, str] = {}
        for text in self.chamber.texts.filter(kind__in=("pledge_applicant", "pledge_agent")):
            typed = {**extremes(TextForm, patterns), "valid_from": "2030-01-01"}
            form = TextForm(self.chamber, text.kind, typed, now={})
            assert form.is_valid() or set(form.errors) == {"body"}
            if form.is_valid():
                self.chamber.texts.filter(pk=text.pk).update(body=form.cleaned_data["body"])
                items |= {f"{text.kind} {number}": item for number, item in enumerate(form.items)}
        return missing(self.in_print(), {**profile, **items})

    def in_print(self) -> Iterator[bytes]:
        """Everything that can be printed."""
        yield papers.pledge(self.case)
        yield papers.profile(self.case)
        yield papers.specimen_notification(self.case)
        yield registration_certificate(self.company.registration, self.company.administrator)
        yield signer_certificates(self.company.registration, [self.signer])

    def _company_form(self, data: dict[str, str]) -> CompanyForm:
        return CompanyForm(self.case, data, now={}, remarks={})

    def _contact_form(self, data: dict[str, str]) -> ContactStepForm:
        return ContactStepForm(self.case, data, now={}, remarks={})

    def _signer_form(self, data: dict[str, str]) -> SignerForm:
        return SignerForm(self.case, data, signer=self.case_signer, may_upload=lambda: True, remarks={})

    def _profile_form(self, data: dict[str, str]) -> ProfileForm:
        return ProfileForm(data, now={}, by=self.manager, present=self.chamber.email)


@pytest.fixture
def office(company: Company, manager: Account) -> Office:
    return Office(company, manager)


EACH = pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)


@EACH
def test_all_that_a_company_may_type_is_printed(pattern: str, office: Office) -> None:
    assert office.lost_of_company([pattern]) == []


@EACH
def test_all_that_a_chamber_may_type_is_printed(pattern: str, office: Office) -> None:
    assert office.lost_of_chamber([pattern]) == []


@pytest.mark.parametrize(
    ("count", "faults"), [(100, []), (101, ["100項目以内で入力してください(いまは101項目です)。"])]
)
def test_a_pledge_has_as_many_items_as_can_be_printed_and_ticked(count: int, faults: list[str], office: Office) -> None:
    items = [f"第{number}項{'貿' * 190}" for number in range(count)]
    typed = {"body": "\n".join(items), "valid_from": "2030-01-01"}
    form = TextForm(office.chamber, DatedText.Kind.PLEDGE_APPLICANT, typed, now={})
    assert form.errors.get("body", []) == faults
    office.chamber.texts.filter(kind="pledge_applicant").update(body=typed["body"])
    office.case = Case.objects.get_queryset().get(pk=office.case.pk)
    if not faults:
        assert missing([papers.pledge(office.case)], dict(enumerate(items))) == []


@given(patterns=st.lists(st.sampled_from(list(PATTERNS.values())), min_size=2, max_size=7))
@effort(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_all_is_printed_whatever_stands_beside_it(patterns: list[str], office: Office) -> None:
    assert office.lost_of_company(patterns) == []
    assert office.lost_of_chamber(patterns[::-1]) == []


PRINTED = {CompanyForm, ContactStepForm, LinkForm, SignerForm, ProfileForm, TextForm}
# The other forms with a text, and why none of it is printed, or is tried above already.
_READ_ON_SCREENS = (
    "CallForm ClosedDaysForm MessageForm MessageToChamberForm MessageToCompanyForm NoteForm ReasonForm RejectionForm"
)
_COMPARED_ONLY = (
    "ChangePasswordForm CodeForm ForgottenForm ForgottenIdForm LoginForm NewPasswordForm RecoveryCodesForm ResumeForm"
    " SecondFactorForm SetPasswordForm SetUpForm TelephoneForm"
)
_LOOKED_FOR = "ChamberSearchForm SearchForm"
_NOBODY_WITH_A_CERTIFICATE = "InvitationAgainForm InvitationForm NewSubIdForm SubIdFieldsForm SubIdForm"
_FIELDS_TRIED_ABOVE = "ChangeEmailForm ContactFieldsForm ContactForm ReissueForm"
NOT_TRIED = " ".join((_READ_ON_SCREENS, _COMPARED_ONLY, _LOOKED_FOR, _NOBODY_WITH_A_CERTIFICATE, _FIELDS_TRIED_ABOVE))


def with_texts(form: type[forms.BaseForm]) -> set[type[forms.BaseForm]]:
    """The form, where it has a text, and those that are made from it."""
    fields: Mapping[str, forms.Field] = getattr(form, "base_fields", {})
    own = {form} if any(isinstance(field, forms.CharField) for field in fields.values()) else set()
    return own.union(*map(with_texts, form.__subclasses__()))


def test_a_form_with_a_text_is_tried_or_there_is_a_reason() -> None:
    assert get_resolver().url_patterns  # knows every page, and so every form
    ours = {form for form in with_texts(forms.BaseForm) if not form.__module__.startswith(("django", "tests"))}
    assert {form.__name__ for form in ours - PRINTED} == set(NOT_TRIED.split())
