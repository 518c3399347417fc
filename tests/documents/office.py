"""A chamber's office with its companies: fills in forms, and prints what they took in each state in which it can be printed."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from itertools import cycle
from typing import Any, NamedTuple

import pypdfium2
import time_machine
from django import forms
from django.utils import timezone

from accounts.models import Account
from desk.settings_fields import WordingField
from desk.settings_forms import ProfileForm, TextForm
from foundation.forms import MailboxField, PostalCodeField, TelephoneField
from registration_cases import papers
from registration_cases.enclosure_forms import SignerForm
from registration_cases.forms import CompanyForm, ContactStepForm, LinkForm
from registration_cases.models import CaseSigner, RegistrationCase
from signers.certificates import signer_certificates
from signers.services import issue_passwords
from tests.casework.factories import CaseFactory, change_of
from tests.conftest import Company, without_password
from tests.documents.drawn import letters_of
from tests.documents.papers import squeezed
from tests.factories import PASSWORD
from trade_registration.certificates import registration_certificate

_EDGE = 14  # points: 5 mm, which office printers leave white


def filled(pattern: str, length: int) -> str:
    """The pattern again and again, as often as there is room for it."""
    return (pattern * (length // len(pattern)) or pattern[:length]).strip()


def extreme(field: forms.Field, pattern: str, mark: str) -> str:
    """As much of the pattern as the field takes, after a letter that no other field has: what stands elsewhere is no answer."""
    number = ord(mark)  # of two digits
    match field:
        case PostalCodeField():
            return f"0{number}-8711"
        case TelephoneField():
            return f"{number}{'8' * 18}"
        case MailboxField():
            letter = pattern[0] if pattern[0] in "Wi8" else "m"
            return f"{mark.lower()}{letter * 63}@{letter * 63}.{letter * 63}.{letter * 57}.jp"
        case WordingField():
            lines = enumerate((400, 60, 400, 399), start=1)
            return "\n".join(f"{mark}{line}{filled(pattern, length - 2)}" for line, length in lines)
    return mark + filled(pattern, getattr(field, "max_length", 1) - 1)


def extremes(form: type[forms.BaseForm], patterns: Sequence[str], marks: str) -> dict[str, str]:
    """For each field of text as much as it takes, of the patterns in turn, after the marks in turn."""
    fields: Mapping[str, forms.Field] = form.base_fields  # type: ignore[attr-defined]
    texts = [(name, field) for name, field in fields.items() if isinstance(field, forms.CharField)]
    assert len(texts) <= len(marks)
    told = zip(texts, cycle(patterns), marks, strict=False)
    return {name: extreme(field, pattern, mark) for (name, field), pattern, mark in told}


def taken(make: Callable[[dict[str, str]], Any], typed: dict[str, str], usual: Mapping[str, str]) -> dict[str, str]:
    """What the form keeps of it. What it refuses, it refuses at its field; what is usual stands there instead."""
    form = make({**usual, **typed})
    if not form.is_valid():
        assert set(form.errors) <= set(typed), form.errors
        form = make({**usual, **{name: text for name, text in typed.items() if name not in form.errors}})
        assert form.is_valid(), form.errors
    return {name: form.cleaned_data[name] for name in typed}


def shown(pdf: bytes) -> str:
    """All that is on the pages but white space, after a look at where each letter stands."""
    for page in pypdfium2.PdfDocument(pdf):
        width, height = page.get_size()
        letters = page.get_textpage()
        for index in range(letters.count_chars()):
            left, bottom, right, top = letters.get_charbox(index)
            inside = _EDGE < left <= right < width - _EDGE and _EDGE < bottom <= top < height - _EDGE
            assert inside or left == right, (letters.get_text_range(index, 1), left, bottom, right, top)
    return squeezed(letters_of(pdf))


def missing(pdf: bytes, texts: Mapping[Any, str]) -> list[Any]:
    """The fields whose text is not on it, letter by letter, with the selectors of kanji and with their twins as typed."""
    found = shown(pdf)
    return [name for name, text in texts.items() if squeezed(text) not in found]


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
    "representative_name": "佐渡 一郎",
    "line_of_business": "輸出",
    "postal_code": "950-8711",
    "address": "新潟市",
    "telephone": "025-290-4209",
    "contact_name": "花子",
    "name": "長岡 次郎",
    "name_en": "Jiro Nagaoka",
    "email": "taro@example.jp",
}


_COMPANY = {"company_name", "company_name_en", "representative_title", "representative_name"}
_SIGNER = {"signer name", "signer name_en", "signer title_en", "signer email"}
_PLACE = {"postal_code", "address"}
_CONTACT = {"telephone", "contact_department", "contact_name", "mailbox email"}
# What each printable form says of a company. Of its chamber each says everything.
SAYS = {
    "pledge": _COMPANY | _PLACE,
    "profile": _COMPANY | _PLACE | _CONTACT | {"line_of_business"},
    "specimen_notification": _COMPANY | _SIGNER,
    "registration_certificate": {"company_name", "company_name_en", "address_en"} | _PLACE,
    "signer_certificates": {"company_name"} | _SIGNER,
}


class Printed(NamedTuple):
    """A printable form, the state of what it is printed for, and that case."""

    form: str
    state: str
    pdf: bytes
    case: RegistrationCase | None = None


def _copy(case: RegistrationCase, **changes: object) -> RegistrationCase:
    """The same case in an envelope in another state, beside it: a company has one open case at a time."""
    copied, envelope = copy(case), copy(case.envelope)
    vars(envelope).update(changes)
    copied.envelope = envelope
    return copied


class Office:
    """A new company and a registered one, with their cases and signers, at a chamber: what the forms take, it prints."""

    def __init__(self, company: Company, manager: Account) -> None:
        self.registration, self.chamber, self.manager = company.registration, company.chamber, manager
        self.administrator, self.signer = company.administrator, company.signer_row
        self.new = CaseFactory(chamber=self.chamber, registration_type="both").registration_case
        change = change_of(self.registration, registration_type="both").registration_case
        self.cases = {
            "new, not sent yet": self.new,
            "change, sent back": _copy(change, receipt_number="801-2030-00001"),
            "renewal, not sent yet": _copy(change, kind=RegistrationCase.Kind.RENEWAL),
        }
        without_password(self.signer.account)
        issue_passwords([self.signer], by=self.administrator)
        self.registration.certificate_issued_on = timezone.localdate()
        self.signer.refresh_from_db()

    def lost_of_company(self, patterns: Sequence[str]) -> list[tuple[str, str, str]]:
        """Fills in what a company says of itself and of a signer; returns what is not in print: form, state and field."""
        of_company = taken(self._company_form, extremes(CompanyForm, patterns, "ABCDEFGH"), USUAL)
        of_contact = taken(self._contact_form, extremes(ContactStepForm, patterns, "JKLMNO"), USUAL)
        of_signer = taken(self._signer_form, extremes(SignerForm, patterns, "PQRS"), USUAL)
        of_mailbox = taken(lambda data: LinkForm([], data), extremes(LinkForm, patterns, "T"), USUAL)
        for owner in (*self.cases.values(), self.registration):
            vars(owner).update({**of_company, **of_contact, "contact_email": of_mailbox["email"]})
        CaseSigner.objects.update(**of_signer)
        self.administrator.email = of_mailbox["email"]
        self.administrator.save()
        vars(self.signer).update(name_en=of_signer["name_en"], title_en=of_signer["title_en"])
        vars(self.signer.account).update(name=of_signer["name"], email=of_signer["email"])
        texts = {**of_company, **of_contact, **under("signer", of_signer), **under("mailbox", of_mailbox)}
        assert set(texts) == set.union(*SAYS.values())
        return self._lost(lambda printed: {name: texts[name] for name in SAYS[printed.form]})

    def lost_of_chamber(self, patterns: Sequence[str]) -> list[tuple[str, str, str]]:
        """The same with the chamber's profile and its pledges."""
        profile = taken(
            self._profile_form, extremes(ProfileForm, patterns, "UVWXYZ"), {**USUAL, "current_password": PASSWORD}
        )
        vars(self.chamber).update(profile)
        self.chamber_is_read_anew()
        items: dict[str, dict[str, str]] = {}
        for mark, text in zip("AB", self.chamber.texts.filter(kind__startswith="pledge"), strict=True):
            typed = {**extremes(TextForm, patterns, mark * 2), "valid_from": "2030-01-01"}
            form = TextForm(self.chamber, text.kind, typed, now={})
            assert form.is_valid() or set(form.errors) == {"body"}
            if form.is_valid():
                self.chamber.texts.filter(pk=text.pk).update(body=form.cleaned_data["body"])
                items[text.kind] = {f"{text.kind} {number}": item for number, item in enumerate(form.items)}

        def said(printed: Printed) -> dict[str, str]:
            pledged = papers.pledges_of(printed.case) if printed.form == "pledge" and printed.case else []
            return profile | {name: item for text in pledged for name, item in items.get(text.kind, {}).items()}

        return self._lost(said)

    def chamber_is_read_anew(self) -> None:
        """No case remembers the chamber's texts as they were."""
        for owner in (*(case.envelope for case in self.cases.values()), self.registration):
            vars(owner).pop("texts_of_today", None)
            owner.chamber = self.chamber

    def _lost(self, said: Callable[[Printed], dict[str, str]]) -> list[tuple[str, str, str]]:
        return [
            (printed.form, printed.state, name)
            for printed in self.in_print()
            for name in missing(printed.pdf, said(printed))
        ]

    def in_print(self) -> Iterator[Printed]:
        """Everything that can be printed, in each state in which a page offers it."""
        for state, case in self.cases.items():
            yield Printed("pledge", state, papers.pledge(case), case)
            yield Printed("profile", state, papers.profile(case), case)
            yield Printed("specimen_notification", state, papers.specimen_notification(case), case)
        yield from self._certificates("on the first day")
        with time_machine.travel(timezone.now() + dt.timedelta(days=1), tick=False):
            yield from self._certificates("later, without passwords")

    def _certificates(self, state: str) -> Iterator[Printed]:
        yield Printed(
            "registration_certificate", state, registration_certificate(self.registration, self.administrator)
        )
        yield Printed("signer_certificates", state, signer_certificates(self.registration, [self.signer]))

    def _company_form(self, data: dict[str, str]) -> CompanyForm:
        return CompanyForm(self.new, data, now={}, remarks={})

    def _contact_form(self, data: dict[str, str]) -> ContactStepForm:
        return ContactStepForm(self.new, data, now={}, remarks={})

    def _signer_form(self, data: dict[str, str]) -> SignerForm:
        return SignerForm(self.new, data, signer=self.new.signers.get(), may_upload=lambda: True, remarks={})

    def _profile_form(self, data: dict[str, str]) -> ProfileForm:
        return ProfileForm(data, now={}, by=self.manager, present=self.chamber.email)
