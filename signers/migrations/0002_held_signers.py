from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("signers", "0001_signers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="signer",
            index=models.Index(condition=models.Q(("held_at__isnull", False)), fields=["held_at"], name="signers_held"),
        ),
    ]
