"""Whose mail it is, and what is known of a mail that was given up."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

# For mails of before, the last time when anything is known of them.
_NOTE_WHEN = """
UPDATE mailing_outboxmail SET given_up_at = not_before WHERE status = 'failed';
UPDATE mailing_outboxmail SET tried_since = created_at WHERE status = 'waiting';
"""


class Migration(migrations.Migration):
    dependencies = [("chambers", "0005_notice_to_all_companies"), ("mailing", "0001_outbox")]

    operations = [
        migrations.AddField(
            model_name="outboxmail",
            name="chamber",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mails",
                to="chambers.chamber",
            ),
        ),
        migrations.AddField(
            model_name="outboxmail",
            name="tried_since",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(model_name="outboxmail", name="given_up_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="outboxmail", name="refused_address", field=models.CharField(blank=True, max_length=254)
        ),
        migrations.AddField(
            model_name="outboxmail", name="refused_subject", field=models.CharField(blank=True, max_length=200)
        ),
        migrations.RunSQL(_NOTE_WHEN, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="outboxmail",
            index=models.Index(
                condition=models.Q(("status", "failed")), fields=["chamber", "-id"], name="mailing_refused"
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("given_up_at__isnull", False), ("status", "failed")),
                    models.Q(
                        models.Q(("status", "failed"), _negated=True),
                        ("given_up_at__isnull", True),
                        ("refused_address", ""),
                        ("refused_subject", ""),
                    ),
                    _connector="OR",
                ),
                name="mailing_refused_has_its_time",
            ),
        ),
    ]
