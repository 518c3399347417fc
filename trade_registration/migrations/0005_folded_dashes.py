"""The folded columns anew: dashes, waves and long sounds are hyphens now, and invisible marks and selectors do not count."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

import foundation.search


class Migration(migrations.Migration):
    dependencies = [("trade_registration", "0004_no_default_answers")]

    operations = [
        migrations.RemoveIndex(model_name="traderegistration", name="trade_registration_search"),
        migrations.RemoveField(model_name="traderegistration", name="search_key"),
        migrations.AddField(
            model_name="traderegistration",
            name="search_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Concat(
                    foundation.search.Folded("registration_number"),
                    models.Value("\n"),
                    foundation.search.Folded("company_name"),
                    models.Value("\n"),
                    foundation.search.Folded("company_name_en"),
                    output_field=models.TextField(),
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="traderegistration",
            index=django.contrib.postgres.indexes.GinIndex(
                foundation.search.Grams("chamber_id", "search_key"), fastupdate=False, name="trade_registration_search"
            ),
        ),
    ]
