"""Today's registrations in progress move over from their cases, under the same keys."""

from django.db import migrations

COMPANY = (
    "registration_type, legal_form, is_member, company_name, company_name_en, representative_title, representative_name,"
    " line_of_business, postal_code, address, address_en, telephone, contact_department, contact_name"
)
OWN = f"{COMPANY}, contact_email, first_fee_member, first_fee_non_member"
# What was kept with the case until now, under the same keys.
CARRIED = [
    f"INSERT INTO registration_cases_registrationcase (envelope_id, was_sent, {OWN})"  # noqa: S608 (texts of ours)
    f" SELECT id, submitted_at IS NOT NULL, {OWN} FROM casework_case",  # noqa: S608 (texts of ours)
    *(
        f"INSERT INTO registration_cases_{table} ({columns}) SELECT {columns} FROM casework_{table}"  # noqa: S608 (as above)
        for table, columns in (
            ("registrationrequest", "id, public_id, chamber_id, email, is_resumption, requested_at, used_at"),
            ("registrationrequest_rules", "id, registrationrequest_id, datedtext_id"),
            ("casesigner", "id, public_id, case_id, removes_id, name, name_en, title_en, email, specimen"),
            ("acceptedtext", "id, case_id, text_id, item, accepted_at"),
        )
    ),
    *(
        f"SELECT setval(pg_get_serial_sequence('registration_cases_{table}', 'id'), coalesce(max(id), 1),"  # noqa: S608 (as above)
        f" max(id) IS NOT NULL) FROM registration_cases_{table}"
        for table in ("registrationrequest", "registrationrequest_rules", "casesigner", "acceptedtext")
    ),
]
# Mail that is due, refused or sent goes on under the name of its kind.
MAILS = """
UPDATE mailing_outboxmail
SET kind = 'registration_cases.' || substr(kind, 10), key = 'registration_cases.' || substr(key, 10)
WHERE kind IN ('casework.link', 'casework.resumption')
"""


class Migration(migrations.Migration):
    dependencies = [("registration_cases", "0001_registration_cases"), ("mailing", "0002_refused_mail")]

    operations = [
        migrations.RunSQL("SET LOCAL statement_timeout = 0"),  # pages give up after seconds; this must not
        *(migrations.RunSQL(statement) for statement in CARRIED),
        migrations.RunSQL(MAILS),
    ]
