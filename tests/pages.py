"""Somebody for every page, an address for every page, and as many rows on the pages as a test wants."""

import datetime as dt
from copy import copy
from datetime import timedelta
from pathlib import Path

import time_machine
from django.test import Client
from django.urls import get_resolver, resolve, reverse
from django.utils import timezone

from accounts import invitation_links, reset_links
from accounts.access import Access, Step
from accounts.models import Account, PasswordOrigin, PasswordReset
from audit.services import record
from casework import services as casework
from casework.models import Case, CaseEvent, CaseMessage, CaseNote, ChecklistTick, Remark
from casework.models.target import FIELD, WHOLE_CASE, Target
from chambers.models import ClosedDay, DatedText, Fee, OpeningHours, Seal
from demo.inbox import mails
from email_verification.services import send_new_code
from registration_cases.links import link_to_begin, link_to_resume, link_to_status
from registration_cases.models import CaseSigner, RegistrationCase, RegistrationRequest
from signers.models import CredentialChange
from signers.services import issue_passwords
from tests.accounts.conftest import give_telephone
from tests.casework.conftest import browser_in, tick_everything
from tests.casework.factories import SPECIMEN, CaseFactory, CaseSignerFactory, SupportingDocumentFactory, change_of
from tests.conftest import Company, CompletePages, log_in_with, without_password
from tests.demo.test_inbox import put
from tests.factories import (
    AccountFactory,
    ChamberFactory,
    SignerFactory,
    StaffFactory,
    SubIdFactory,
    TradeRegistrationFactory,
)
from tests.support.mail import refused_mail
from trade_registration.models import TradeRegistration

# What an address names, and the routes of such addresses. Those that it does not mention name nothing.
_NAMED = {
    "chamber": "registration_guide registration_sent",
    "signer": "account_detail change_signer_email change_signer_password signer_certificate ask_removal hold unlock_id",
    "held signer": "stop_signer",
    "printed signer": "signer_certificate_pdf",
    "sub-ID": "sub_id change_sub_id_password delete_sub_id",
    "clerk": "clerk change_role reset_second_factor unlock_clerk remove_clerk",
    "invited clerk": "invite_clerk_again",
    "past case": "past_case",
    "applicant's signer": "case_signer case_specimen drop_case_signer",
    "applicant's document": "case_document drop_case_document",
    "waiting case": "staff_case return_case approve_case reject_case tick_case release_case leave_case_desk write_note"
    " write_to_company",
    "waiting change": "staff_case return_case approve_case reject_case",
    "waiting signer": "staff_specimen",
    "waiting document": "staff_document",
    "waiting document's page": "staff_document_page staff_document_viewer",
    "registration": "staff_registration staff_certificate reissue_certificate staff_certificate_pdf suspend_registration"
    " delete_registration",
    "suspended registration": "lift_suspension",
    "closed day": "remove_closed_day",
    "price": "chamber_fee",
    "price to come": "cancel_fee",
    "text": "chamber_text new_chamber_text",
    "text to come": "cancel_text",
    "refused mail": "send_mail_again set_mail_aside",
    "mail": "dev_mail",
}
# What is added to the name of a route for its page about a registered company's case.
_OF_A_CHANGE = " of a change"
# Pages that show something else when they are asked for it.
_ASKED = {"companies": ("group=cases", "group=ids", "q=株式会社"), "signers": ("sub_ids=1&name=通関",)}
# Who stands at each step of the way in.
_AT_STEP = {
    Step.SET_UP_SECOND_FACTOR: "clerk without telephone",
    Step.ENTER_SECOND_FACTOR: "clerk with telephone",
    Step.VERIFY_MAILBOX: "newcomer",
}


def tuesday_morning() -> time_machine.travel:
    """The clock stands while the chamber is open; no session comes nearer to its end."""
    return time_machine.travel(dt.datetime(2026, 11, 10, 1, 0, tzinfo=dt.UTC), tick=False)


class Cast:
    """A company and its chamber, a browser for everybody, and something at every address.

    The applicants' own cases were sent back by the chamber: that is when their pages have most to say. ``inbox`` is the
    folder of the demo's mail.
    """

    def __init__(self, company: Company, rival: Company, *, reviewer: Account, manager: Account, inbox: Path) -> None:
        put(inbox, "確認コード", "ABCD1234")
        self._company, self._rival, self._chamber = company, rival, company.chamber
        self._today, self._rows = timezone.localdate(), 0
        self._people = {
            "administrator": company.administrator,
            "signer": company.signer,
            "sub_id": company.sub_id,
            "reviewer": reviewer,
            "manager": manager,
        }
        self._own = CaseFactory(chamber=self._chamber, returned=True)
        self._change = change_of(company.registration, company_name="株式会社新しい名前", returned=True)
        self._waiting = CaseFactory(chamber=self._chamber, submitted=True, submissions=2)
        self._waiting_change = change_of(rival.registration, company_name="株式会社改名", submitted=True, submissions=2)
        self._past = _decided(company.registration)
        for case in (self._waiting, self._waiting_change):
            tick_everything(case, reviewer)
        long_ago = self._today - timedelta(days=100)
        self._chamber.fees.update(valid_from=long_ago)
        self._chamber.texts.update(valid_from=long_ago)
        Seal.objects.create(chamber=self._chamber, picture=SPECIMEN)
        send_new_code(company.administrator, address="new@example.jp")
        self._browsers = {who: log_in_with(account) for who, account in self._people.items()} | self._others()

    def _others(self) -> dict[str, Client]:
        """The browsers of those who have no ID, and of those who are on their way in."""
        with_telephone = StaffFactory(chamber=self._chamber, login_id="niigataClerk")
        give_telephone(with_telephone)
        newcomer = SignerFactory(account__registration=self._company.registration, account__first_time=True)
        return {
            "visitor": CompletePages(),
            "applicant": browser_in(self._own),
            "newcomer": log_in_with(newcomer.account),
            "clerk without telephone": log_in_with(StaffFactory(chamber=self._chamber), second_factor=False),
            "clerk with telephone": log_in_with(with_telephone, second_factor=False),
        }

    def browser(self, who: str) -> Client:
        """What this page does to the browser, the next one does not know."""
        browser = CompletePages()
        browser.cookies = copy(self._browsers[who].cookies)
        return browser

    def account(self, who: str) -> Account | None:
        """Who is logged in there, where everything on the way in is done."""
        return self._people.get(who)

    def made_for(self, address: str) -> list[str]:
        """Those for whom the page is made. A manager may see what a reviewer may."""
        access: Access = resolve(address.partition("?")[0]).func.access
        if access.kinds is None:
            return ["visitor"]
        if access.visitors:
            return ["applicant", "administrator"]
        if None not in access.steps:
            return [_AT_STEP[step] for step in access.steps if step]
        admitted = [who for who, account in self._people.items() if access.admits(account)]
        return [who for who in admitted if who != "manager" or "reviewer" not in admitted]

    def send_cases(self) -> None:
        """The applicants send their corrected cases."""
        casework.submit(self._own, by=None)
        casework.submit(self._change, by=self._company.administrator)

    # --- Addresses ---

    def addresses(self) -> dict[str, str]:
        """Every page of the portal by the name of its route and, where it has several, what is asked for."""
        found: dict[str, str] = {}
        named, links = self._named(), self._links()
        for thing, routes in _NAMED.items():
            for route in routes.split():
                found[route + _OF_A_CHANGE * (thing == "waiting change")] = reverse(route, args=named[thing])
        names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
        found |= links | {name: reverse(name) for name in names.difference(found, links)}
        return found | {f"{name}?{asked}": f"{found[name]}?{asked}" for name in _ASKED for asked in _ASKED[name]}

    def _named(self) -> dict[str, list[object]]:
        company, case = self._company, self._waiting
        printed = company.registration.signers.filter(account__initial_password__isnull=False).first()
        invited = StaffFactory(chamber=self._chamber, password_origin=PasswordOrigin.NONE)
        suspended = TradeRegistrationFactory(chamber=self._chamber, status=TradeRegistration.Status.SUSPENDED)
        tomorrow = self._today + timedelta(days=1)
        document = [case.public_id, case.documents.first().public_id]
        return {
            "chamber": [self._chamber.code],
            "signer": [company.signer.public_id],
            "held signer": [company.registration.signers.held().first().account.public_id],
            "printed signer": [printed.account.public_id],
            "sub-ID": [company.sub_id.public_id],
            "clerk": [self._people["reviewer"].public_id],
            "invited clerk": [invited.public_id],
            "past case": [self._past.public_id],
            "applicant's signer": [self._own.registration_case.signers.first().public_id],
            "applicant's document": [self._own.documents.first().public_id],
            "waiting case": [case.public_id],
            "waiting change": [self._waiting_change.public_id],
            "waiting signer": [case.public_id, case.registration_case.signers.first().public_id],
            "waiting document": document,
            "waiting document's page": [*document, 1],
            "registration": [company.registration.registration_number],
            "suspended registration": [suspended.registration_number],
            "closed day": [tomorrow],
            "price": ["renewal", "members"],
            "price to come": ["renewal", "members", tomorrow],
            "text": ["guide"],
            "text to come": ["guide", 4],
            "refused mail": [self._chamber.mails.refused()[0].pk],
            "mail": [mails()[0].key],
        }

    def _links(self) -> dict[str, str]:
        """The addresses that are mailed."""
        chamber, signer = self._chamber, self._company.signer
        begun, resumed = (
            RegistrationRequest.objects.create(
                chamber=chamber, email=self._own.registration_case.contact_email, is_resumption=is_late
            )
            for is_late in (False, True)
        )
        reset = PasswordReset.objects.create(chamber_code=chamber.code, login_id=signer.login_id, email=signer.email)
        invited, now = StaffFactory(chamber=chamber, password_origin=PasswordOrigin.NONE), timezone.now()
        links = {
            "open_registration": link_to_begin(begun),
            "resume_registration": link_to_resume(resumed, self._own),
            "case_status": link_to_status(self._own),
            "reset_password": reset_links.link_for(reset, signer, origin=""),
            "accept_invitation": invitation_links.link_for(invited, int(now.timestamp()), origin=""),
        }
        return {name: link.removeprefix("http://testserver") for name, link in links.items()}

    # --- Rows ---

    def add_rows(self, number: int) -> None:
        """So many more of everything that is shown in lists, each with relatives of its own."""
        for _each in range(number):
            self._rows += 1
            clerk = StaffFactory(chamber=self._chamber)
            self._add_ids(clerk)
            self._add_registrations(clerk)
            self._add_settings(self._rows)
            self._add_cases(clerk)

    def _add_ids(self, clerk: Account) -> None:
        company = self._company
        signer = SignerFactory(account__registration=company.registration, specimen=SPECIMEN, held_at=timezone.now())
        without_password(signer.account)
        issue_passwords([signer], by=company.administrator)
        SubIdFactory(parent=company.signer)
        SubIdFactory(parent=SignerFactory(account__registration=self._rival.registration).account)
        CredentialChange.objects.create(signer=company.signer_row, what="password", changed_by=clerk)

    def _add_registrations(self, clerk: Account) -> None:
        first_day = self._today - timedelta(days=710)
        ending = TradeRegistrationFactory(
            chamber=self._chamber, registered_on=first_day, valid_until=first_day + timedelta(days=730)
        )
        AccountFactory(registration=ending)
        TradeRegistrationFactory(chamber=self._chamber, company_name=self._waiting.company_name)
        record("registration.amended", chamber=self._chamber, actor=clerk, subject=self._company.registration)

    def _add_settings(self, number: int) -> None:
        """The first two prices and texts have begun, the third begins tomorrow."""
        begins, chamber = self._today + timedelta(days=number - 2), self._chamber
        ChamberFactory(defaults=False)
        refused_mail(chamber)
        ClosedDay.objects.create(chamber=chamber, day=self._today + timedelta(days=number))
        OpeningHours.objects.create(
            chamber=chamber, weekday=5, opens_at=dt.time(9, number), closes_at=dt.time(10, number)
        )
        Fee.objects.create(chamber=chamber, item="renewal", is_member=True, amount=1100, valid_from=begins)
        DatedText.objects.create(chamber=chamber, kind="guide", version=number + 1, valid_from=begins, body="ご案内")

    def _add_cases(self, clerk: Account) -> None:
        until = timezone.now() + timedelta(minutes=10)
        for company_name in ("株式会社ほか", self._waiting.company_name):
            CaseFactory(
                **{"chamber": self._chamber, "submitted": True, "complete": False, "company_name": company_name},
                **{"held_by": clerk, "held_until": until},
            )
        for case in (self._change, self._waiting_change):
            _decided(case.registration)
        for case in (self._own, self._change, self._waiting, self._waiting_change, self._past):
            _add_to(case, clerk)
        ticks = ChecklistTick.objects.filter(case__in=(self._waiting, self._waiting_change), item=self._rows)
        ticks.update(ticked_by=clerk)


def _decided(registration: TradeRegistration) -> Case:
    """A change that the chamber has refused."""
    case = CaseFactory(
        **{"chamber": registration.chamber, "registration": registration, "kind": RegistrationCase.Kind.CHANGE},
        **{"submitted": True, "complete": False, "status": Case.Status.REJECTED, "decided_at": timezone.now()},
    )
    CaseEvent.objects.create(case=case, from_status="submitted", to_status="rejected", reason="要件を満たしません。")
    return case


def _add_to(case: Case, clerk: Account) -> None:
    """One more of everything that belongs to a case. The remarks are open while the company has it."""
    signer, document = CaseSignerFactory(case=case), SupportingDocumentFactory(case=case)
    if case.registration:
        CaseSigner.objects.create(case=case.registration_case, removes=case.registration.signers.latest("pk"))
    answered_at = None if case.is_editable else timezone.now()
    for target in (Target(FIELD, "company_name"), signer.target, document.target, WHOLE_CASE):
        Remark.objects.create(
            case=case,
            target_kind=target.kind,
            target_key=target.key,
            text="ご確認ください。",
            made_by=clerk,
            answered_at=answered_at,
        )
    CaseMessage.objects.create(case=case, text="質問です。")
    CaseMessage.objects.create(case=case, text="答えです。", clerk=clerk)
    CaseNote.objects.create(case=case, text="電話で確認済み。", clerk=clerk)
    CaseEvent.objects.create(case=case, actor=clerk, from_status="submitted", to_status="returned")
