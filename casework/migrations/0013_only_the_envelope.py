"""What only a registration has, stands in registration_cases by now."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

import foundation.search
import foundation.text

_CONSTRAINTS = (
    "casework_one_open_case_a_registration",
    "casework_new_has_no_registration_yet",
    "casework_sent_answers_every_question",
    "casework_case_company_name_en_visible",
    "casework_case_address_visible",
    "casework_case_address_en_visible",
    "casework_case_contact_name_visible",
    "casework_case_contact_department_visible",
    "casework_case_representative_title_visible",
    "casework_case_representative_name_visible",
    "casework_case_line_of_business_visible",
    "casework_case_contact_email_visible",
)
_FIELDS = (
    "registration_type",
    "legal_form",
    "is_member",
    "company_name_en",
    "representative_title",
    "representative_name",
    "line_of_business",
    "postal_code",
    "address",
    "address_en",
    "telephone",
    "contact_department",
    "contact_name",
    "contact_email",
    "first_fee_member",
    "first_fee_non_member",
)


class Migration(migrations.Migration):
    dependencies = [("casework", "0012_envelopes_filled"), ("registration_cases", "0002_carried_over")]

    operations = [
        migrations.RunSQL("SET LOCAL statement_timeout = 0"),
        *(migrations.RemoveConstraint(model_name="case", name=name) for name in _CONSTRAINTS),
        migrations.RemoveIndex(model_name="case", name="casework_by_mailbox"),
        migrations.RemoveIndex(model_name="case", name="casework_search"),
        migrations.RemoveField(model_name="case", name="search_key"),
        *(migrations.RemoveField(model_name="case", name=name) for name in _FIELDS),
        migrations.AddField(
            model_name="case",
            name="search_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Concat(
                    foundation.search.Folded("receipt_number"),
                    models.Value("\n"),
                    foundation.search.Folded("company_name"),
                    models.Value("\n"),
                    foundation.search.Folded("found_by"),
                    output_field=models.TextField(),
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GinIndex(
                foundation.search.Grams("chamber_id", "search_key"), fastupdate=False, name="casework_search"
            ),
        ),
        migrations.DeleteModel("AcceptedText"),
        migrations.DeleteModel("CaseSigner"),
        migrations.DeleteModel("RegistrationRequest"),
    ]
