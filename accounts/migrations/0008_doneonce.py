import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_mailbox_proved_in_session"),
    ]

    operations = [
        migrations.CreateModel(
            name="DoneOnce",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("address", models.TextField()),
                ("entered_case", models.UUIDField(null=True)),
                ("done_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
        ),
    ]
