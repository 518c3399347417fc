"""The audit chain: whole when nobody touched it, and every touch shows."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import InternalError, ProgrammingError, connection, transaction

from audit.models import AuditEntry
from audit.services import Fault, entries_about, faults, record
from chambers.models import Chamber
from registration_cases.models import RegistrationRequest
from tests.factories import ChamberFactory
from tests.support.turns import on_its_own_connection

TABLE = "audit_auditentry"


@pytest.fixture
def chamber(db: None) -> Chamber:
    made = ChamberFactory()
    for number in range(10):
        record("test.act", chamber=made, number=number, name="会議所 太郎")
    return made


@pytest.fixture
def as_superuser(chamber: Chamber) -> Callable[..., None]:
    """Changes rows behind the triggers, as somebody with all rights in the database could."""

    def execute(sql: str, *values: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # no trigger fires
            cursor.execute(sql, [*values, chamber.pk])
            cursor.execute("SET session_replication_role = DEFAULT")

    return execute


def test_what_is_said_about_a_row_is_found_the_newest_first(chamber: Chamber) -> None:
    other = ChamberFactory()
    entries = [record("test.about", chamber=chamber, subject=chamber) for _each in range(3)]
    record("test.about", chamber=other, subject=chamber)
    record("test.about", chamber=chamber, subject=other)
    assert list(entries_about(chamber, chamber=chamber)) == entries[::-1]


def test_an_untouched_chain_is_whole(chamber: Chamber) -> None:
    assert list(faults(chamber)) == []


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET action = 'other' WHERE sequence = 5 AND chamber_id = %s",
        f"UPDATE {TABLE} SET actor = 'accounts.Account:1' WHERE sequence = 5 AND chamber_id = %s",
        f"""UPDATE {TABLE} SET details = '{{"number": 99}}' WHERE sequence = 5 AND chamber_id = %s""",
        f"UPDATE {TABLE} SET recorded_at = recorded_at - interval '1 second' WHERE sequence = 5 AND chamber_id = %s",
        f"UPDATE {TABLE} SET address = '10.0.0.1' WHERE sequence = 5 AND chamber_id = %s",
        f"DELETE FROM {TABLE} WHERE sequence = 5 AND chamber_id = %s",
        f"DELETE FROM {TABLE} WHERE sequence = 1 AND chamber_id = %s",
        f"UPDATE {TABLE} SET sequence = sequence + 1 WHERE sequence = 10 AND chamber_id = %s",
    ],
)
def test_every_change_shows(statement: str, chamber: Chamber, as_superuser: Callable[..., None]) -> None:
    as_superuser(statement)
    assert list(faults(chamber))


def test_an_entry_altered_with_a_matching_hash_of_its_own_still_shows(
    chamber: Chamber, as_superuser: Callable[..., None]
) -> None:
    entry = AuditEntry.objects.get(chamber=chamber, sequence=5)
    entry.action = "other"
    as_superuser(
        f"UPDATE {TABLE} SET action = %s, entry_hash = %s WHERE sequence = 5 AND chamber_id = %s",
        "other",
        entry.compute_hash(),
    )
    assert list(faults(chamber)) == [Fault(chamber.pk, 6, "not linked to the entry before")]


def test_a_tail_cut_off_shows_against_the_noted_head(chamber: Chamber, as_superuser: Callable[..., None]) -> None:
    head = AuditEntry.objects.get(chamber=chamber, sequence=10)
    as_superuser(f"DELETE FROM {TABLE} WHERE sequence > 7 AND chamber_id = %s")
    assert list(faults(chamber)) == []
    assert list(faults(chamber, expected_heads=[(10, head.entry_hash)])) == [Fault(chamber.pk, 8, "cut off")]


def test_chains_of_chambers_are_apart(chamber: Chamber) -> None:
    other = ChamberFactory()
    assert record("test.act", chamber=other).sequence == 1
    assert record("test.act", chamber=None).sequence == 1
    assert record("test.act", chamber=chamber).sequence == 11


@pytest.mark.parametrize("statement", [f"UPDATE {TABLE} SET action = ''", f"DELETE FROM {TABLE}"])
def test_the_database_refuses_changes(statement: str, chamber: Chamber) -> None:
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_is_rolled_back_was_never_recorded(chamber: Chamber) -> None:
    with transaction.atomic():
        record("test.undone", chamber=chamber)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.filter(action="test.undone").exists()


@pytest.mark.django_db(transaction=True)
def test_simultaneous_writers_leave_no_gap_and_no_fork() -> None:
    chamber = ChamberFactory()

    def write() -> None:
        record("test.act", chamber=chamber)

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(on_its_own_connection, [write] * 100))
    assert AuditEntry.objects.filter(chamber=chamber).count() == 100
    assert list(faults(chamber)) == []


@pytest.fixture
def heads(chamber: Chamber) -> list[str]:
    """What the command prints, line by line: the portal's own chain, and the chamber's."""
    record("test.act", chamber=None)
    said = StringIO()
    call_command("verify_audit", stdout=said)
    return said.getvalue().splitlines()


def verify(*lines: str) -> None:
    """As a shell calls it."""
    arguments = [argument for line in lines for argument in ("--expect", line)]
    call_command("verify_audit", *arguments, stdout=StringIO(), stderr=StringIO())


def test_the_command_takes_back_every_line_that_it_prints(chamber: Chamber, heads: list[str]) -> None:
    assert [line.split(":")[:2] for line in heads] == [["portal", "1"], [chamber.code, "10"]]
    verify(*heads)
    verify(*[f" {line}\n" for line in heads])


def test_a_head_of_the_portals_chain_noted_under_a_hyphen_still_counts(heads: list[str]) -> None:
    noted = heads[0].replace("portal", "-")
    call_command("verify_audit", f"--expect={noted}", stdout=StringIO())
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_audit", f"--expect={noted[:-64]}{'0' * 64}", stdout=StringIO(), stderr=StringIO())


def test_a_head_without_its_chamber_is_a_fault(heads: list[str]) -> None:
    with pytest.raises(CommandError, match="1 faults"):
        verify(*heads, f"999:10:{'0' * 64}")


def test_each_of_several_heads_of_a_chain_must_be_in_it(chamber: Chamber, heads: list[str]) -> None:
    wrong = f"{chamber.code}:4:{'0' * 64}"
    for lines in ([heads[1], wrong], [wrong, heads[1]]):
        with pytest.raises(CommandError, match="1 faults"):
            verify(*lines)


@pytest.mark.parametrize("line", ["", "801", "801:10", "801:ten:hash", f"801:10:{'0' * 63}", f"801:-1:{'0' * 64}"])
def test_a_line_that_was_never_printed_is_named(line: str, db: None) -> None:
    with pytest.raises(CommandError, match="is no head"):
        call_command("verify_audit", f"--expect={line}", stdout=StringIO())


def test_a_chain_computed_anew_shows_against_the_noted_head_alone(
    chamber: Chamber, heads: list[str], as_superuser: Callable[..., None]
) -> None:
    previous = AuditEntry.objects.get(chamber=chamber, sequence=4).entry_hash
    for entry in AuditEntry.objects.filter(chamber=chamber, sequence__gte=5).order_by("sequence"):
        entry.previous_hash, entry.details = previous, {"invented": True}
        previous = entry.compute_hash()
        as_superuser(
            f"UPDATE {TABLE} SET previous_hash = %s, details = %s, entry_hash = %s WHERE sequence = %s AND chamber_id = %s",
            *(entry.previous_hash, json.dumps(entry.details), previous, entry.sequence),
        )
    verify()
    with pytest.raises(CommandError, match="1 faults"):
        verify(*heads)


def test_the_command_fails_on_a_fault(chamber: Chamber, as_superuser: Callable[..., None]) -> None:
    as_superuser(f"DELETE FROM {TABLE} WHERE sequence = 5 AND chamber_id = %s")
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_audit", stdout=StringIO(), stderr=StringIO())


def test_a_model_that_has_moved_is_still_found_under_its_name(chamber: Chamber) -> None:
    asked = RegistrationRequest.objects.create(chamber=chamber, email="hanako@example.jp", is_resumption=False)
    record("case.link_requested", chamber=chamber, subject=asked)
    assert [entry.subject for entry in entries_about(asked, chamber=chamber)] == [
        f"casework.RegistrationRequest:{asked.pk}"
    ]
