"""The audit chain: whole when nobody touched it, and every touch shows."""

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
from tests.factories import ChamberFactory

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
    assert list(faults(chamber, expected_head=(10, head.entry_hash))) == [Fault(chamber.pk, 8, "cut off")]


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

    def write(number: int) -> None:
        try:
            record("test.act", chamber=chamber, number=number)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(write, range(100)))
    assert AuditEntry.objects.filter(chamber=chamber).count() == 100
    assert list(faults(chamber)) == []


def test_the_command_prints_the_heads_and_takes_them_back(chamber: Chamber) -> None:
    said = StringIO()
    call_command("verify_audit", stdout=said)
    head = said.getvalue().strip()
    assert head.startswith(f"{chamber.code}:10:")
    call_command("verify_audit", expect=[head], stdout=StringIO())


def test_the_command_fails_on_a_fault(chamber: Chamber, as_superuser: Callable[..., None]) -> None:
    as_superuser(f"DELETE FROM {TABLE} WHERE sequence = 5 AND chamber_id = %s")
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_audit", stdout=StringIO(), stderr=StringIO())
