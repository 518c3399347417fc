import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import foundation.search


class Migration(migrations.Migration):
    dependencies = [
        ("chambers", "0003_search_grams"),
        ("trade_registration", "0002_company_data"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="traderegistration",
            name="company_folded",
        ),
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
        migrations.AlterField(
            model_name="traderegistration",
            name="chamber",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="registrations",
                to="chambers.chamber",
            ),
        ),
        migrations.AddIndex(
            model_name="traderegistration",
            index=models.Index(fields=["chamber", "id"], name="trade_registration_newest"),
        ),
        migrations.AddIndex(
            model_name="traderegistration",
            index=django.contrib.postgres.indexes.GinIndex(
                foundation.search.Grams("chamber_id", "search_key"), fastupdate=False, name="trade_registration_search"
            ),
        ),
    ]
