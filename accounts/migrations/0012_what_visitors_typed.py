import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_orders_of_lists"),
    ]

    # What is kept is gone after a day in any case: it is not carried over.
    operations = [
        migrations.DeleteModel(name="KeptInput"),
        migrations.CreateModel(
            name="KeptInput",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.CharField(max_length=60)),
                ("browser", models.CharField(max_length=64)),
                ("target", models.CharField(max_length=300)),
                ("page", models.CharField(max_length=300)),
                ("content", models.BinaryField()),
                ("kept_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "browser", "target"), name="accounts_one_input_a_form")
                ],
            },
        ),
    ]
