"""A random walk over registrations, changes, renewals, suspensions and passing years: what must hold after every step."""

import contextlib
import datetime as dt
from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Account, Kind, Role
from audit.services import faults
from casework import examination, services
from casework.examination import approve
from casework.models import TRANSITIONS, Case
from casework.models.target import WHOLE_CASE
from casework.services import delete_registration
from foundation.errors import WrongStatus
from registration_cases import filling_in
from registration_cases import services as registration_cases
from registration_cases.models import RegistrationCase
from tests.casework.conftest import tick_everything
from tests.casework.factories import CaseFactory, CaseSignerFactory, SupportingDocumentFactory, accept_everything, ready
from tests.factories import ChamberFactory, StaffFactory
from trade_registration import services as registrations
from trade_registration.models import CompanyData, TradeRegistration

STEPS = 2_000  # verbs tried, on a way that is new in every run
WALKERS = 4  # so that several processes share the way
START = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)
Status = Case.Status
CLOSED = {Status.APPROVED, Status.REJECTED, Status.WITHDRAWN}

NAMES = ("甲商事株式会社", "乙物産株式会社", "丙工業株式会社")
picks = st.integers(0, 10**6)


class Chamber(RuleBasedStateMachine):
    """One chamber, two clerks and its companies. A verb either happens or is refused by WrongStatus; nothing else."""

    steps: ClassVar[int] = 0

    @initialize()
    def open(self) -> None:
        self.cleanup = contextlib.ExitStack()
        self.clock = time_machine.travel(START, tick=False)
        self.now = self.clock.start()
        self.cleanup.callback(self.clock.stop)
        atomic = transaction.atomic()
        atomic.__enter__()
        self.cleanup.callback(self.roll_back, atomic)
        self.chamber = ready(ChamberFactory(late_renewal_days=60))
        self.clerks = [StaffFactory(chamber=self.chamber, role=role) for role in (Role.REVIEWER, Role.MANAGER)]
        for type_ in CompanyData.Type:
            CaseFactory(chamber=self.chamber, registration_type=type_)
        self.checked_at = self.steps
        # What is in force, as far as anybody was told: by registration.
        self.in_force: dict[int, dict[str, object]] = {}
        self.valid_until: dict[int, dt.date] = {}
        self.status: dict[int, str] = {}

    @staticmethod
    def roll_back(atomic: transaction.Atomic) -> None:
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)

    def teardown(self) -> None:
        if hasattr(self, "cleanup"):
            try:
                self.everything_adds_up()
            finally:
                self.cleanup.close()

    # --- Picking ------------------------------------------------------------------------------------------------------
    def case(self, pick: int) -> Case | None:
        rows = (
            Case.objects.filter(chamber=self.chamber).select_related("chamber", "registration__chamber").order_by("pk")
        )
        # Mostly the open ones: a decided case only ever refuses.
        wanted = list(rows.open() if pick % 5 else rows)
        return wanted[pick % len(wanted)] if wanted else None

    def registration(self, pick: int) -> TradeRegistration | None:
        rows = TradeRegistration.objects.filter(chamber=self.chamber).select_related("chamber").order_by("pk")
        wanted = list(rows)
        return wanted[pick % len(wanted)] if wanted else None

    def tries(self, act: Callable[[], object]) -> bool:
        """Whether the verb happened. A refusal leaves nothing behind."""
        type(self).steps += 1
        try:
            with transaction.atomic():
                act()
        except WrongStatus:
            return False
        return True

    # --- What a company does ------------------------------------------------------------------------------------------
    @rule(type_=st.sampled_from(CompanyData.Type))
    def begins(self, type_: str) -> None:
        if Case.objects.filter(chamber=self.chamber).open().count() < 6:
            type(self).steps += 1
            CaseFactory(chamber=self.chamber, registration_type=type_)

    @rule(pick=picks, renewal=st.booleans())
    def asks_for_change_or_renewal(self, pick: int, renewal: bool) -> None:
        registration = self.registration(pick)
        if registration is None:
            return
        administrator = Account.objects.get_queryset().filter(registration=registration, kind=Kind.ADMINISTRATOR).get()
        today = timezone.localdate()
        may = registration.status == "in_force" and not registration.cases.open().exists()
        in_window = registration.valid_until - dt.timedelta(days=30) <= today
        in_window &= today <= registration.valid_until + dt.timedelta(days=60)
        start = registration_cases.start_renewal if renewal else registration_cases.start_change
        happened = self.tries(lambda: start(registration, by=administrator))
        assert happened == (may and (in_window if renewal else today <= registration.valid_until))

    @rule(pick=picks, name=st.sampled_from(NAMES), type_=st.sampled_from(CompanyData.Type))
    def fills_in(self, pick: int, name: str, type_: str) -> None:
        case = self.case(pick)
        if case is None:
            return
        happened = self.tries(
            lambda: filling_in.save_company(case.registration_case, by=None, company_name=name, registration_type=type_)
        )
        assert happened == (case.status in (Status.DRAFT, Status.RETURNED))
        if happened:
            self.completes(case)

    def completes(self, case: Case) -> None:
        """Whatever the new type of registration asks for."""
        accept_everything(case)
        if (
            case.registration_case.has_signers
            and not case.registration_case.signers.filter(removes__isnull=True).exists()
        ):
            CaseSignerFactory(case=case)
        if not case.registration_case.has_signers:
            case.registration_case.signers.all().delete()
        today = timezone.localdate()
        case.documents.all().delete()
        for kind in ("company_register", "seal_certificate", "pledge", "specimen_notification"):
            SupportingDocumentFactory(case=case, kind=kind, issued_on=today)

    @rule(pick=picks, nth=picks)
    def asks_to_remove_a_signer(self, pick: int, nth: int) -> None:
        case = self.case(pick)
        if case is None or case.registration is None:
            return
        live = list(case.registration.signers.exclude(account__status="deleted"))
        if live:
            self.tries(lambda: filling_in.ask_removal(case.registration_case, live[nth % len(live)], by=None))

    @rule(pick=picks)
    def sends(self, pick: int) -> None:
        case = self.case(pick)
        if case is not None:
            happened = self.tries(lambda: services.submit(case, by=None))
            assert not happened or case.status in (Status.DRAFT, Status.RETURNED)

    @rule(pick=picks, who=st.integers(0, 1))
    def gets_on(self, pick: int, who: int) -> None:
        """What brings a case nearer to its approval; by chance hardly one would get there."""
        case, clerk = self.case(pick), self.clerks[who]
        if case is None:
            return
        if case.status in (Status.DRAFT, Status.RETURNED):
            self.completes(case)
            self.tries(lambda: services.submit(case, by=None))
        elif examination.take(case, by=clerk):
            self.tries(lambda: tick_everything(case, clerk))
            self.approves(pick, who, 1)

    @rule(pick=picks)
    def withdraws(self, pick: int) -> None:
        case = self.case(pick) if pick % 3 == 0 else None
        if case is not None:
            happened = self.tries(lambda: services.withdraw(case, by=None))
            assert happened == (Status.WITHDRAWN in TRANSITIONS[case.status])

    # --- What the chamber does ----------------------------------------------------------------------------------------
    @rule(pick=picks, who=st.integers(0, 1))
    def opens(self, pick: int, who: int) -> None:
        case = self.case(pick)
        if case is not None:
            type(self).steps += 1
            free = case.held_by_id in (None, self.clerks[who].pk) or case.held_until <= timezone.now()
            taken = examination.take(case, by=self.clerks[who])
            assert taken == (case.status == Status.SUBMITTED and free)

    @rule(pick=picks, who=st.integers(0, 1))
    def leaves(self, pick: int, who: int) -> None:
        case = self.case(pick)
        if case is not None:
            type(self).steps += 1
            examination.leave(case, by=self.clerks[who])

    @rule(pick=picks, who=st.integers(0, 1))
    def returns(self, pick: int, who: int) -> None:
        case = self.case(pick) if pick % 2 else None
        if case is not None:
            self.tries(lambda: examination.return_for_correction(case, {WHOLE_CASE: "修正"}, by=self.clerks[who]))

    @rule(pick=picks, who=st.integers(0, 1))
    def rejects(self, pick: int, who: int) -> None:
        case = self.case(pick) if pick % 4 == 0 else None
        if case is not None:
            self.tries(lambda: examination.reject(case, reason="却下", by=self.clerks[who]))

    @rule(pick=picks, who=st.integers(0, 1), ticked=st.integers(0, 4))
    def approves(self, pick: int, who: int, ticked: int) -> None:
        case, clerk = self.case(pick), self.clerks[who]
        if case is None:
            return
        if ticked and case.status == Status.SUBMITTED:
            self.tries(lambda: tick_everything(case, clerk))
        complete = not examination.unticked(case)
        if self.tries(lambda: approve(case, by=clerk)):
            assert complete
            self.was_approved(Case.objects.select_related("registration").get(pk=case.pk), before=case)

    def was_approved(self, case: Case, *, before: Case) -> None:
        registration = case.registration
        assert registration is not None
        assert before.status == Status.SUBMITTED
        self.in_force[registration.pk] = {
            field: getattr(case.registration_case, field) for field in CompanyData.EXAMINED
        }
        if case.registration_case.is_new:
            self.status[registration.pk] = "in_force"
        if case.registration_case.is_new or case.registration_case.is_renewal:
            old = self.valid_until.get(registration.pk)
            assert old is None or registration.valid_until > old
            self.valid_until[registration.pk] = registration.valid_until
        assert case.fee is None or case.kind != RegistrationCase.Kind.CHANGE

    @rule(pick=picks, verb=st.sampled_from(["suspend", "lift", "delete"]))
    def disciplines(self, pick: int, verb: str) -> None:
        registration = None if verb == "delete" and pick % 8 else self.registration(pick)
        if registration is None:
            return
        act, to = {
            "suspend": (registrations.suspend, "suspended"),
            "lift": (registrations.lift_suspension, "in_force"),
            "delete": (delete_registration, "deleted"),
        }[verb]
        may = to in TradeRegistration.TRANSITIONS[registration.status]
        happened = self.tries(lambda: act(registration, reason="理由", by=self.clerks[1]))
        assert happened == may
        if happened:
            self.status[registration.pk] = to

    # --- Time ---------------------------------------------------------------------------------------------------------
    @rule(days=st.sampled_from([0, 1, 7, 61, 200, 640]))
    def time_passes(self, days: int) -> None:
        type(self).steps += 1
        self.now.shift(dt.timedelta(days=days, minutes=7))
        registrations.remind_of_renewals()
        services.forget_old_drafts()

    # --- What must hold -----------------------------------------------------------------------------------------------
    @invariant()
    def nothing_takes_effect_unless_approved(self) -> None:
        if not hasattr(self, "chamber") or self.checked_at == self.steps:
            return  # nobody has done anything since
        self.checked_at = self.steps
        fields = ("pk", "status", "valid_until", *CompanyData.EXAMINED)
        for row in TradeRegistration.objects.filter(chamber=self.chamber).values(*fields):
            key = row["pk"]
            assert {field: row[field] for field in CompanyData.EXAMINED} == self.in_force[key]
            assert (row["status"], row["valid_until"]) == (self.status[key], self.valid_until[key])

    def everything_adds_up(self) -> None:
        """Numbers without gaps, one open case, one administrator, no signers of agents, no live ID of what has ended, a history
        that leads from status to status, and an unbroken audit chain."""
        cases = Case.objects.filter(chamber=self.chamber)
        rows = TradeRegistration.objects.filter(chamber=self.chamber)
        digits = len(self.chamber.code)
        serials = sorted(int(row.registration_number[digits:]) for row in rows)
        assert serials == list(range(1, len(serials) + 1))
        receipts: dict[str, list[int]] = {}
        for number in cases.exclude(receipt_number="").values_list("receipt_number", flat=True):
            _code, year, serial = number.split("-")
            receipts.setdefault(year, []).append(int(serial))
        assert all(sorted(given) == list(range(1, len(given) + 1)) for given in receipts.values())
        for row in rows:
            assert row.accounts.filter(kind=Kind.ADMINISTRATOR).count() == 1
            assert row.cases.open().count() <= 1
            live = row.signers.exclude(account__status="deleted").count()
            assert live == 0 if row.registration_type == CompanyData.Type.AGENT else live >= 1
            if row.status == "deleted":
                assert not row.cases.open().exists()
                ids = row.accounts.select_related("registration", "parent")
                assert not any(account.is_usable for account in ids)
        for case in cases:
            moves = [(event.from_status, event.to_status) for event in case.events.all()]
            assert all(to in TRANSITIONS[before] for before, to in moves)
            assert [to for _before, to in moves[:-1]] == [before for before, _to in moves[1:]]
            assert not moves or moves[-1][1] == case.status
            assert (case.decided_at is not None) == (case.status in CLOSED)
        assert list(faults(self.chamber)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("walker", range(WALKERS))
def test_whatever_happens_in_whatever_order_the_registrations_stay_right(walker: int) -> None:
    calm = settings(
        max_examples=25,
        stateful_step_count=60,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=False,  # in CI every walk would be the same one
        phases=[Phase.generate],  # a walk is read as it is: shrinking one would take minutes
    )
    goal = Chamber.steps + STEPS // WALKERS
    while Chamber.steps < goal:
        run_state_machine_as_test(Chamber, settings=calm)
