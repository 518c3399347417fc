import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import foundation.search


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0001_cases"),
        ("chambers", "0003_search_grams"),
        ("trade_registration", "0003_search_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name="case",
            name="case_folded",
        ),
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
                    foundation.search.Folded("company_name_en"),
                    models.Value("\n"),
                    foundation.search.Folded("contact_name"),
                    models.Value("\n"),
                    foundation.search.Folded("contact_email"),
                    output_field=models.TextField(),
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="chamber",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="chambers.chamber"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["chamber", "id"], name="casework_newest"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GinIndex(
                foundation.search.Grams("chamber_id", "search_key"), fastupdate=False, name="casework_search"
            ),
        ),
    ]
