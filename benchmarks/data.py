"""Accounts in numbers, made by the database itself."""

from django.db import connection

from accounts.models import Account
from chambers.models import Chamber
from trade_registration.models import TradeRegistration

_SIGNERS_A_REGISTRATION = 10
_FILL = """
WITH registration AS (
  INSERT INTO trade_registration_traderegistration (
    chamber_id, registration_number, registration_type, is_member, company_name, company_name_en, postal_code, address,
    address_en, contact_name, telephone, status, registered_on, valid_until)
  SELECT %(chamber)s, (700000000 + %(start)s + n)::text, 'applicant', true, '輸出商事' || n, 'Export Co ' || n, '950-8711',
    '新潟市中央区' || n, 'niigata', '港 花子', '025-000-0000', 'in_force', current_date, current_date + 730
  FROM generate_series(1, %(registrations)s) n
  RETURNING id, chamber_id
), signer AS (
  INSERT INTO accounts_account (
    public_id, password, chamber_id, registration_id, kind, login_id, name, email, status, password_origin, created_at)
  SELECT gen_random_uuid(), '!', r.chamber_id, r.id, 'signer', 'bench' || r.id || 'x' || n,
    (ARRAY['佐藤','鈴木','高橋','田中','伊藤','渡辺','山本','中村','小林','加藤'])[1 + (r.id + n) %% 10] || ' ' ||
    (ARRAY['健一','美咲','太郎','花子','翔太','陽菜','大輔','由美'])[1 + (r.id * 7 + n) %% 8],
    'u' || r.id || 'n' || n || '@mail' || (r.id %% 50) || '.example.jp', 'active', 'none', now()
  FROM registration r, generate_series(1, %(signers)s) n
  RETURNING id, registration_id, login_id
)
INSERT INTO signers_signer (account_id, registration_id, user_number, name_en, title_en)
SELECT id, registration_id, split_part(login_id, 'x', 2)::int, 'Signer', '' FROM signer
"""


def fill(accounts: int) -> None:
    """Adds companies until the database holds this many accounts, 10 signers a company, over up to 500 chambers."""
    while (missing := accounts - Account.objects.count()) > 0:
        number = TradeRegistration.objects.count()
        chamber, _new = Chamber.objects.get_or_create(
            code=str(1000 + Chamber.objects.count() % 500),
            defaults={
                "name": "測定商工会議所",
                "name_en": "Bench",
                "postal_code": "950",
                "address": "新潟",
                "email": "a@example.jp",
            },
        )
        step = min(missing, 20_000)
        values = {
            "chamber": chamber.pk,
            "start": number,
            "registrations": max(1, step // _SIGNERS_A_REGISTRATION),
            "signers": _SIGNERS_A_REGISTRATION,
        }
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute(_FILL, values)
        print(f"\r{Account.objects.count():>9} accounts", end="", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("RESET statement_timeout")
    print(flush=True)
