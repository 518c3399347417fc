"""The folded columns anew: dashes, waves and long sounds are hyphens now, and invisible marks and selectors do not count."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

import foundation.search


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_doneonce")]

    operations = [
        migrations.RemoveIndex(model_name="account", name="accounts_search"),
        migrations.RemoveField(model_name="account", name="name_folded"),
        migrations.AddField(
            model_name="account",
            name="name_folded",
            field=models.GeneratedField(
                db_persist=True,
                expression=foundation.search.Folded("name"),
                output_field=models.TextField(),
            ),
        ),
        migrations.RemoveField(model_name="account", name="login_id_folded"),
        migrations.AddField(
            model_name="account",
            name="login_id_folded",
            field=models.GeneratedField(
                db_persist=True,
                expression=foundation.search.Folded("login_id"),
                output_field=models.TextField(),
            ),
        ),
        migrations.RemoveField(model_name="account", name="email_folded"),
        migrations.AddField(
            model_name="account",
            name="email_folded",
            field=models.GeneratedField(
                db_persist=True,
                expression=foundation.search.Folded("email"),
                output_field=models.TextField(),
            ),
        ),
        migrations.RemoveField(model_name="account", name="search_key"),
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
        migrations.AddIndex(
            model_name="account",
            index=django.contrib.postgres.indexes.GinIndex(
                foundation.search.Grams("chamber_id", "search_key"), fastupdate=False, name="accounts_search"
            ),
        ),
    ]
