import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import foundation.search


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_chamber_staff"),
        ("chambers", "0003_search_grams"),
        ("trade_registration", "0002_company_data"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="search_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Concat(
                    foundation.search.Folded("name"),
                    models.Value("\n"),
                    foundation.search.Folded("login_id"),
                    models.Value("\n"),
                    foundation.search.Folded("email"),
                    output_field=models.TextField(),
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AlterField(
            model_name="account",
            name="chamber",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accounts",
                to="chambers.chamber",
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["chamber", "id"], name="accounts_newest_of_chamber"),
        ),
        migrations.AddIndex(
            model_name="account",
            index=django.contrib.postgres.indexes.GinIndex(
                foundation.search.Grams("chamber_id", "search_key"), fastupdate=False, name="accounts_search"
            ),
        ),
    ]
