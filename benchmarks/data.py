"""Databases with accounts in numbers, made by PostgreSQL itself and kept until the tables or this file change."""

import hashlib
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connections
from psycopg import sql

from benchmarks.bench import PEER_PYTHON, Bench
from devtools.environment import ROOT

SIGNERS_A_COMPANY = 10
# Who looks: the administrator of a company, and a clerk of its chamber, which is the one with the most accounts.
ADMINISTRATOR, CLERK = "b700000050", "benchClerk"
PEERS_SESSION = "benchmarkbenchmarkbenchmark00000"

# Surnames by their frequency, each with its Latin spelling; given names; what companies call their trade.
_SURNAMES, _GIVEN, _TRADES = (line.split() for line in Path(__file__).with_name("names.txt").read_text().splitlines())

_CHAMBERS = """
INSERT INTO chambers_chamber ({columns})
SELECT {values} FROM generate_series(1, %(chambers)s) n, (SELECT * FROM chambers_chamber ORDER BY id LIMIT 1) one
"""
_REGISTRATIONS = """
INSERT INTO trade_registration_traderegistration (
  chamber_id, registration_number, registration_type, legal_form, is_member, company_name, company_name_en, postal_code,
  address, address_en, representative_title, representative_name, line_of_business, contact_department, contact_name,
  telephone, status, status_reason, registered_on, valid_until)
SELECT c.id, (700000000 + n)::text, 'applicant', 'corporation', n %% 3 > 0,
  '株式会社' || (%(surnames)s::text[])[1 + n %% 50 * 2] || (%(trades)s::text[])[1 + n %% 14], 'Company ' || n || ' Co., Ltd.',
  '950-8711', '新潟市中央区万代島' || n %% 200, 'Niigata', '代表取締役', '港 一郎', '機械の輸出', '貿易課', '港 花子',
  '025-000-0000', 'in_force', '', current_date - 100, current_date + 600
FROM generate_series(1, %(registrations)s) n
JOIN (SELECT id, code, count(*) OVER () AS all_of_them, row_number() OVER (ORDER BY code) AS place FROM chambers_chamber
      WHERE name = '測定商工会議所') c ON c.place = 1 + n %% c.all_of_them
"""
# power(random(), 2) favours the front of the list of surnames as life does; the last is that of one in five thousand.
_ACCOUNTS = """
WITH person AS MATERIALIZED (
  SELECT r.id AS registration_id, r.chamber_id, r.registration_number, n AS number,
    CASE WHEN (r.id * %(signers)s + n) %% 5000 = 0 THEN cardinality(%(surnames)s::text[]) / 2 - 1
      ELSE floor((cardinality(%(surnames)s::text[]) / 2 - 1) * power(random(), 2))::int END AS surname,
    floor(cardinality(%(given)s::text[]) * random())::int AS given, floor(random() * 5)::int AS mail
  FROM trade_registration_traderegistration r, generate_series(1, %(signers)s) n
  WHERE r.registration_number BETWEEN '700000001' AND '799999999'
), signer AS (
  INSERT INTO accounts_account (
    public_id, password, chamber_id, registration_id, kind, role, login_id, name, email, email_verified_at, status,
    password_origin, created_at)
  SELECT gen_random_uuid(), '!', chamber_id, registration_id, 'signer', '', 'b' || registration_number || 'x' || number,
    (%(surnames)s::text[])[1 + surname * 2] || ' ' || (%(given)s::text[])[1 + given],
    (%(surnames)s::text[])[2 + surname * 2] || (registration_id * 7 + number) %% 900
      || CASE mail WHEN 0 THEN '@mail.example.jp' ELSE '@c' || registration_number || '.example.co.jp' END,
    now(), 'active', 'none', now()
  FROM person ORDER BY registration_id, number
  RETURNING id, registration_id, login_id
)
INSERT INTO signers_signer (account_id, registration_id, user_number, name_en, title_en)
SELECT id, registration_id, split_part(login_id, 'x', 2)::int, 'Signer', 'Manager' FROM signer
"""
_WHO_LOOKS = """
INSERT INTO accounts_account (
  public_id, password, chamber_id, registration_id, kind, role, login_id, name, email, email_verified_at, status,
  password_origin, password_set_at, created_at)
SELECT gen_random_uuid(), '!', chamber_id, registration_id, kind, role, login_id, '管理 一郎', 'a@example.jp', now(), 'active',
  'own', now(), now()
FROM trade_registration_traderegistration r, (VALUES ({administrator}, 'administrator', ''), ({clerk}, 'staff', 'reviewer'))
  AS who (login_id, kind, role), LATERAL (SELECT CASE kind WHEN 'administrator' THEN r.id END AS registration_id) its
WHERE registration_number = '700000050'
"""
# What the peers need: the indexes that are the best known for icontains, and the accounts where the admin looks for them.
_PEERS = """
DROP SCHEMA IF EXISTS peer CASCADE;
CREATE SCHEMA peer;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX ON accounts_account USING gin (upper(login_id) gin_trgm_ops);
CREATE INDEX ON accounts_account USING gin (upper(name) gin_trgm_ops);
CREATE INDEX ON accounts_account USING gin (upper(email) gin_trgm_ops);
CREATE VIEW peer.lists_person AS
  SELECT id, chamber_id, registration_id, login_id, name, email FROM accounts_account WHERE kind <> 'staff';
"""


def database(bench: Bench, accounts: int, *, chambers: int) -> str:
    """The address of a database with so many accounts spread evenly over so many chambers; made where there is none."""
    address = urlsplit(bench.env["DATABASE_URL"])
    name = f"bench_{accounts}_in_{chambers}"
    made = urlunsplit(address._replace(path=f"/{name}"))
    wanted = _version()
    with psycopg.connect(bench.env["DATABASE_URL"], autocommit=True) as admin:
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        found = admin.execute(query, [name]).fetchone()
        if found and found[0] == wanted:
            return made
        started = time.monotonic()
        connections.close_all()  # a database that somebody reads cannot be copied
        named = sql.Identifier(name)
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(named))
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE eco").format(named))
        _fill(made, accounts, chambers)
        _prepare_peers(bench, made)
        admin.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(named, sql.Literal(wanted)))
    print(f"  {accounts:,} accounts in {chambers} chambers made in {time.monotonic() - started:.0f} s", flush=True)
    return made


def _version() -> str:
    """Changes with the tables and with this file."""
    digest = hashlib.sha256()
    for file in sorted([Path(__file__), *ROOT.glob("*/migrations/*.py")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _fill(address: str, accounts: int, chambers: int) -> None:
    """Search indexes are made when the rows are there: adding to them row by row would take ten times as long."""
    values = {
        "chambers": chambers,
        "registrations": accounts // SIGNERS_A_COMPANY,
        "signers": SIGNERS_A_COMPANY,
        "surnames": _SURNAMES,
        "given": _GIVEN,
        "trades": _TRADES,
    }
    with psycopg.connect(address, autocommit=True) as database:
        database.execute("SET maintenance_work_mem = '1GB'; SELECT setseed(0.5)")
        indexes = database.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%search_grams%'"
        ).fetchall()
        for index, _definition in indexes:
            database.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(index)))
        database.execute(_chambers(database), values)
        for statement in (_REGISTRATIONS, _ACCOUNTS):
            database.execute(statement, values)
        database.execute(sql.SQL(_WHO_LOOKS).format(administrator=sql.Literal(ADMINISTRATOR), clerk=sql.Literal(CLERK)))
        for _index, definition in indexes:
            database.execute(definition)
        database.execute(_PEERS)
        database.execute("VACUUM ANALYZE")


def _chambers(database: "psycopg.Connection[tuple[object, ...]]") -> sql.Composed:
    """Chambers like the first example chamber, under codes of their own."""
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = 'chambers_chamber' AND column_name <> 'id'"
    columns = [str(row[0]) for row in database.execute(query)]
    other = {"code": sql.SQL("(1000 + n)::text"), "name": sql.Literal("測定商工会議所")}
    return sql.SQL(_CHAMBERS).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        values=sql.SQL(", ").join(other.get(name, sql.Identifier("one", name)) for name in columns),
    )


def _prepare_peers(bench: Bench, address: str) -> None:
    """Their own tables, and a session of somebody who may see everything."""
    env = {**bench.env, "DATABASE_URL": address, "PEERS_SESSION": PEERS_SESSION}
    command = [str(PEER_PYTHON), "-m", "benchmarks.peers.lists"]
    if subprocess.call(command, cwd=ROOT, env=env):
        sys.exit("The peers' tables could not be made.")
