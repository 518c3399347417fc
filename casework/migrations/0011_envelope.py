"""What the envelope of every case has: who began it, and what lists and searches know it by."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0010_targets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL statement_timeout = 0"),  # pages give up after seconds; this must not
        migrations.AddField(
            model_name="case",
            name="applicant",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="assigned_to",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(model_name="case", name="found_by", field=models.TextField(blank=True)),
        migrations.AlterField(
            model_name="case",
            name="company_name",
            field=models.CharField(blank=True, max_length=100, verbose_name="企業名等"),
        ),
        migrations.AlterField(
            model_name="case",
            name="kind",
            field=models.CharField(max_length=20, verbose_name="申請の種類"),
        ),
        migrations.AlterField(
            model_name="case",
            name="fee",
            field=models.PositiveIntegerField(null=True, verbose_name="料金(円)"),
        ),
        migrations.AlterField(
            model_name="remark",
            name="subject",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.RemoveConstraint(model_name="casedocument", name="casework_casedocument_file_name_visible"),
        migrations.RenameModel("CaseDocument", "SupportingDocument"),
        migrations.AlterField(
            model_name="supportingdocument",
            name="kind",
            field=models.CharField(max_length=25, verbose_name="書類の種類"),
        ),
        migrations.AddConstraint(
            model_name="supportingdocument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "file_name__regex",
                        "[\x01-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]",
                    ),
                    _negated=True,
                ),
                name="casework_supportingdocument_file_name_visible",
                violation_error_message="目に見えない文字・制御文字は使えません。",
            ),
        ),
    ]
