from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("subject", ""), _negated=True), fields=["subject", "sequence"], name="audit_about"
            ),
        ),
    ]
