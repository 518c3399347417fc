from typing import Any

from django.db import migrations, models


def take_apart(apps: Any, schema_editor: Any) -> None:
    """A remark's place was one string: a field's name, ``<kind>:<key>``, or nothing for the whole case."""
    for remark in apps.get_model("casework", "Remark").objects.iterator():
        kind, colon, key = remark.place.partition(":")
        if colon:
            remark.target_kind, remark.target_key = {"documents": "document_kind"}.get(kind, kind), key
        else:
            remark.target_kind, remark.target_key = ("field", kind) if kind else ("case", "")
        remark.save(update_fields=("target_kind", "target_key"))


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0009_orders_of_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="content_sent",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="remark",
            name="target_kind",
            field=models.CharField(default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="remark",
            name="target_key",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.RunPython(take_apart, migrations.RunPython.noop),
        migrations.RemoveField(model_name="remark", name="place"),
    ]
