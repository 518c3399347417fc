"""Whatever a form takes, every printable form can print: refused at its field, or printed whole and inside the page.

The fields are those of the forms themselves: a new one is tried without a word here, and must be found in print.
"""

from collections.abc import Iterable, Iterator, Mapping

import pytest
from django import forms
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from accounts.models import Account
from chambers.models import DatedText
from desk.settings_forms import ProfileForm, TextForm
from registration_cases import papers
from registration_cases.enclosure_forms import SignerForm
from registration_cases.forms import CompanyForm, ContactStepForm, LinkForm
from tests.conftest import Company
from tests.documents.office import SAYS, Office, missing

# What is awkward in print: wide and narrow letters, no place to break, marks, variants, letters beyond the first plane.
PATTERNS = {
    "kanji": "櫻",
    "wide Latin": "W",
    "narrow Latin": "i",
    "digits": "8",
    "variants of kanji": "葛葛\U000e0100",
    "variants drawn as usual": "葛葛\U000e0101",
    "twins of kanji": "神\ufa19",
    "twins of one shape": "豈\uf900\U0002f818",
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
    office.chamber_is_read_anew()
    if not faults:
        assert missing(papers.pledge(office.new), dict(enumerate(items))) == []


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


# By whom each is printed: the pages that serve it, and its name in SAYS.
PAGES = {
    "pledge_paper": "pledge",
    "profile_paper": "profile",
    "signers_paper": "specimen_notification",
    "registration_certificate": "registration_certificate",
    "staff_certificate_pdf": "registration_certificate",
    "signer_certificate_pdf": "signer_certificates",
    "signer_certificates_pdf": "signer_certificates",
}


def pages_of_pdfs(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    """The names of the pages whose address ends like a PDF's."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from pages_of_pdfs(pattern.url_patterns)
        elif str(pattern.pattern).endswith(".pdf"):
            yield str(pattern.name)


def test_every_page_that_prints_is_tried() -> None:
    assert set(pages_of_pdfs(get_resolver().url_patterns)) == set(PAGES)
    assert set(PAGES.values()) == set(SAYS)


def test_each_printable_form_is_printed_in_each_state(office: Office) -> None:
    printed = {(each.form, each.state) for each in office.in_print()}
    assert {form for form, _ in printed} == set(SAYS)
    assert {state for form, state in printed if form == "profile"} == set(office.cases)
