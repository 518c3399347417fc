"""How much may be sent in a while, and kept in a case."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from casework import examination, limits, services
from casework.limits import MOST_DOCUMENTS, MOST_MEGABYTES, Deed
from casework.models import Case, CaseMessage, SupportingDocument
from documents.uploads import Inspected
from foundation.errors import TooManyAttempts, WrongStatus
from registration_cases import filling_in
from registration_cases import limits as registration_limits
from registration_cases.document_kinds import DocumentKind
from registration_cases.limits import MOST_DRAFTS, MOST_SIGNERS
from registration_cases.links import link_to_begin
from registration_cases.models import CaseSigner, RegistrationRequest
from tests.casework.conftest import browser_in
from tests.casework.factories import PDF, CaseFactory, SupportingDocumentFactory, ready
from tests.casework.test_enclosure_views import SIGNER, document, paper, picture
from tests.conftest import Company, log_in_with

__all__ = ["paper"]  # a fixture
Delivered = Callable[[], list[EmailMessage]]


def allowed(deed: Deed, case: Case, *, address: str = "192.0.2.1") -> bool:
    return limits.may(deed, case, by=None, address=address)


def test_however_much_is_written_the_other_side_gets_one_mail(
    submitted: Case, reviewer: Account, delivered: Delivered
) -> None:
    for number in range(60):
        services.write_to_chamber(submitted, f"質問{number}", by=None)
        examination.write_to_company(submitted, f"回答{number}", by=reviewer)
    assert sorted(mail.to[0] for mail in delivered()) == sorted(
        [submitted.chamber.email, submitted.registration_case.contact_email]
    )
    assert submitted.messages.count() == 120


def test_what_is_written_after_the_last_was_read_is_mailed_anew(submitted: Case, delivered: Delivered) -> None:
    services.write_to_chamber(submitted, "質問1", by=None)
    services.note_reading(submitted, by_clerk=True)
    services.write_to_chamber(submitted, "質問2", by=None)
    assert len(delivered()) == 2


def test_who_has_read_nothing_for_an_hour_is_told_again(submitted: Case, delivered: Delivered) -> None:
    began = timezone.now()
    for minutes, mails in ((0, 1), (40, 1), (59, 1), (61, 2), (100, 2), (121, 3)):
        with time_machine.travel(began + timedelta(minutes=minutes), tick=False):
            services.write_to_chamber(submitted, "質問", by=None)
            delivered()
        assert len(delivered()) == mails


def test_after_ten_messages_in_an_hour_a_company_waits_and_keeps_what_it_typed(submitted: Case) -> None:
    client = browser_in(submitted)
    began = timezone.now()
    with time_machine.travel(began, tick=False):
        for number in range(10):
            assert client.post(reverse("write_to_chamber"), {"text": f"質問{number}"}).status_code == 302
        refused = client.post(reverse("write_to_chamber"), {"text": "もう一つ"})
    assert refused.context["form"]["text"].value() == "もう一つ"
    assert "1時間ほどたってから" in refused.context["form"].errors["text"][0]
    assert CaseMessage.objects.count() == 10


def test_a_message_that_is_not_sent_is_not_counted(submitted: Case) -> None:
    client = browser_in(submitted)
    for _ in range(11):
        client.post(reverse("write_to_chamber"), {"text": ""})
    assert client.post(reverse("write_to_chamber"), {"text": "質問"}).status_code == 302


def test_uploads_are_counted_for_a_case_and_for_an_address(draft: Case) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        assert [allowed(Deed.UPLOAD, draft) for _ in range(31)] == [True] * 30 + [False]
        assert [allowed(Deed.UPLOAD, draft, address="192.0.2.2") for _ in range(30)] == [True] * 30
        assert not allowed(Deed.UPLOAD, draft, address="192.0.2.3")
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert allowed(Deed.UPLOAD, draft)


def test_a_mailbox_has_a_limit_of_its_own_over_all_its_cases(draft: Case) -> None:
    local, _at, domain = draft.registration_case.contact_email.partition("@")
    spellings = (draft.registration_case.contact_email.upper(), f"{local}+another@{domain}")
    others = [CaseFactory(chamber=draft.chamber, contact_email=each) for each in spellings]
    with time_machine.travel(timezone.now(), tick=False):
        counted = [
            allowed(Deed.UPLOAD, case, address=f"192.0.2.{number}") for case in (draft, *others) for number in range(50)
        ]
    assert counted == [True] * 120 + [False] * 30


@pytest.fixture
def used_up(draft: Case) -> Case:
    """A case whose uploads of an hour are used up."""
    for number in range(60):
        assert allowed(Deed.UPLOAD, draft, address=f"192.0.2.{number}")
    return draft


def test_a_file_beyond_the_limit_is_not_read_and_what_was_typed_stays(used_up: Case, paper: bytes) -> None:
    client = browser_in(used_up)
    kept = used_up.documents.count()
    refused = client.post(reverse("case_documents"), document(paper)).context["form"]
    assert "1時間ほどたってから" in refused.errors["file"][0]
    assert refused["kind"].value() == document(paper)["kind"]
    signer = client.post(reverse("new_case_signer"), {**SIGNER, "specimen": picture()}).context["form"]
    assert "1時間ほどたってから" in signer.errors["specimen"][0]
    assert signer["name"].value() == SIGNER["name"]
    assert used_up.documents.count() == kept


def add(case: Case, *, size: int = 10, name: str = "scan.pdf") -> SupportingDocument:
    inspected = Inspected("application/pdf", "pdf", 1, bytes(size))
    return services.add_document(case, inspected, kind=DocumentKind.OTHER, issued_on=None, file_name=name, by=None)


def test_a_case_holds_so_many_documents(empty: Case, paper: bytes) -> None:
    for _ in range(MOST_DOCUMENTS):
        SupportingDocumentFactory(case=empty)
    with pytest.raises(WrongStatus):
        add(empty)
    form = browser_in(empty).post(reverse("case_documents"), document(paper)).context["form"]
    assert f"{MOST_DOCUMENTS}件" in form.non_field_errors()[0]
    assert empty.documents.count() == MOST_DOCUMENTS


def test_a_case_holds_so_many_bytes(empty: Case, paper: bytes) -> None:
    SupportingDocumentFactory(case=empty, size=MOST_MEGABYTES * 1024**2 - 20)
    add(empty, size=20)
    with pytest.raises(WrongStatus):
        add(empty, size=1)
    form = browser_in(empty).post(reverse("case_documents"), document(paper)).context["form"]
    assert f"{MOST_MEGABYTES}MB" in form.non_field_errors()[0]


def test_a_case_holds_so_many_signers(empty: Case) -> None:
    CaseSigner.objects.bulk_create(CaseSigner(case=empty.registration_case) for _ in range(MOST_SIGNERS))
    with pytest.raises(WrongStatus):
        filling_in.add_signer(empty.registration_case, by=None, name="越後 太郎")
    form = browser_in(empty).post(reverse("new_case_signer"), {**SIGNER, "later": "1"}).context["form"]
    assert f"{MOST_SIGNERS}人" in form.non_field_errors()[0]


def test_documents_of_one_name_get_names_of_their_own(empty: Case) -> None:
    long = "長" * 116 + ".pdf"
    names = [
        add(empty, name=name).file_name for name in ("scan.pdf", "scan.pdf", "SCAN.PDF", "scan (2).pdf", long, long)
    ]
    assert names == [
        "scan.pdf",
        "scan (2).pdf",
        "SCAN (3).PDF",
        "scan (2) (2).pdf",
        long,
        "長" * 111 + " (2).pdf",
    ]
    client = browser_in(empty)
    said = {
        client.get(reverse("case_document", args=[each.public_id]))["Content-Disposition"]
        for each in empty.documents.all()
    }
    assert len(said) == len(names)


def link(case: Case) -> str:
    """A new link for the mailbox of the case."""
    request = RegistrationRequest.objects.create(
        chamber=case.chamber, email=case.registration_case.contact_email.upper(), is_resumption=False
    )
    return link_to_begin(request).removeprefix("http://testserver")


def test_who_has_five_drafts_goes_on_with_one_of_them(empty: Case) -> None:
    for _ in range(MOST_DRAFTS - 2):
        CaseFactory(chamber=ready(empty.chamber), contact_email=empty.registration_case.contact_email, complete=False)
    assert Client().post(link(empty))["Location"] == reverse("case")
    refused = Client().post(link(empty), follow=True)
    assert refused.redirect_chain[-1][0] == reverse("resume")
    assert "作成中の申請がすでに5件あります" in refused.content.decode()
    assert Case.objects.count() == MOST_DRAFTS
    Case.objects.filter(pk=empty.pk).update(status=Case.Status.WITHDRAWN, decided_at=timezone.now())
    assert Client().post(link(empty))["Location"] == reverse("case")


def test_a_mailbox_begins_so_many_cases_in_an_hour(empty: Case) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        for number in range(10):
            registration_limits.count_beginning(empty.registration_case.contact_email, address=f"192.0.2.{number}")
        with pytest.raises(TooManyAttempts):
            registration_limits.count_beginning(empty.registration_case.contact_email.upper(), address="192.0.2.99")
        registration_limits.count_beginning("other@example.jp", address="192.0.2.99")


def test_a_company_cannot_flood_its_chamber_with_cases_that_it_withdraws(
    company: Company, delivered: Delivered
) -> None:
    ready(company.chamber)
    client = log_in_with(company.administrator)
    answers = []
    for _ in range(12):
        answers.append(client.post(reverse("start_change")).status_code)
        company.registration.cases.open().update(status=Case.Status.WITHDRAWN, decided_at=timezone.now())
    assert answers == [302] * 10 + [429] * 2


def test_a_broken_file_counts_too(draft: Case) -> None:
    client = browser_in(draft)
    broken = SimpleUploadedFile("a.pdf", PDF[:20])
    before = allowed_uploads(draft)
    client.post(reverse("case_documents"), {"kind": "other", "file": broken})
    assert allowed_uploads(draft) == before - 1


def allowed_uploads(case: Case) -> int:
    """How many more uploads the case may try in this hour."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count FROM accounts_attempts WHERE key = %s", [f"upload:case:{case.pk}:3600"])
        found = cursor.fetchone()
    return 60 - (found[0] if found else 0)
