"""What the envelopes of today's cases say."""

from django.db import migrations

# Who began a case, the record of acts knows. Whoever had no ID then is nobody.
_APPLICANTS = """
UPDATE casework_case SET applicant_id = begun.account_id
FROM (
  SELECT substr(subject, length('casework.Case:') + 1)::bigint AS case_id,
    substr(actor, length('accounts.Account:') + 1)::bigint AS account_id
  FROM audit_auditentry WHERE action = 'case.begun' AND actor LIKE 'accounts.Account:%'
) begun
WHERE begun.case_id = casework_case.id
"""
_WORDS = """
UPDATE casework_case SET found_by = company_name_en || E'\\n' || contact_name || E'\\n' || contact_email
"""
# A remark on a signer who was taken out keeps all that people call it by now.
_SUBJECTS = "UPDATE casework_remark SET subject = '署名者 ' || subject WHERE subject <> ''"


class Migration(migrations.Migration):
    dependencies = [("casework", "0011_envelope"), ("audit", "0003_entries_about_something")]

    operations = [
        migrations.RunSQL("SET LOCAL statement_timeout = 0"),  # pages give up after seconds; this must not
        migrations.RunSQL(_APPLICANTS),
        migrations.RunSQL(_WORDS),
        migrations.RunSQL(_SUBJECTS),
    ]
