"""The first kinds of case in an app of their own: what only a registration has, leaves its case's envelope."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import foundation.text

# What the database keeps of these kinds of case. Both are about the envelope, which knows no kinds.
ONE_OPEN = """
CREATE UNIQUE INDEX registration_cases_one_open_a_registration ON casework_case (registration_id)
WHERE kind IN ('new', 'change', 'renewal') AND status IN ('draft', 'submitted', 'returned')
"""
NO_REGISTRATION_YET = """
ALTER TABLE casework_case ADD CONSTRAINT registration_cases_new_has_no_registration_yet CHECK (
  CASE kind
    WHEN 'new' THEN registration_id IS NULL OR status = 'approved'
    WHEN 'change' THEN registration_id IS NOT NULL
    WHEN 'renewal' THEN registration_id IS NOT NULL
    ELSE true
  END
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0012_envelopes_filled"),
        ("chambers", "0005_notice_to_all_companies"),
        ("signers", "0004_orders_of_lists"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL statement_timeout = 0"),
        migrations.CreateModel(
            name="RegistrationCase",
            fields=[
                (
                    "registration_type",
                    models.CharField(
                        choices=[("applicant", "申請者"), ("agent", "代行業者"), ("both", "申請者かつ代行業者")],
                        max_length=10,
                        verbose_name="登録種別",
                    ),
                ),
                (
                    "legal_form",
                    models.CharField(
                        choices=[("corporation", "法人"), ("sole_trader", "個人事業主")],
                        max_length=15,
                        verbose_name="法人・個人の別",
                    ),
                ),
                ("is_member", models.BooleanField(null=True, verbose_name="商工会議所会員")),
                (
                    "company_name",
                    models.CharField(
                        max_length=100, validators=[foundation.text.japanese_text], verbose_name="企業名等"
                    ),
                ),
                (
                    "company_name_en",
                    models.CharField(
                        max_length=150, validators=[foundation.text.english_text], verbose_name="英文社名"
                    ),
                ),
                (
                    "representative_title",
                    models.CharField(
                        blank=True, max_length=40, validators=[foundation.text.japanese_text], verbose_name="代表者役職"
                    ),
                ),
                (
                    "representative_name",
                    models.CharField(
                        blank=True, max_length=60, validators=[foundation.text.japanese_text], verbose_name="代表者氏名"
                    ),
                ),
                (
                    "line_of_business",
                    models.CharField(
                        blank=True, max_length=400, validators=[foundation.text.japanese_text], verbose_name="業態内容"
                    ),
                ),
                ("postal_code", models.CharField(max_length=8, verbose_name="郵便番号")),
                (
                    "address",
                    models.CharField(max_length=150, validators=[foundation.text.japanese_text], verbose_name="住所"),
                ),
                (
                    "address_en",
                    models.CharField(
                        max_length=200, validators=[foundation.text.english_text], verbose_name="英文住所"
                    ),
                ),
                ("telephone", models.CharField(max_length=20, verbose_name="電話番号")),
                (
                    "contact_department",
                    models.CharField(
                        blank=True, max_length=60, validators=[foundation.text.japanese_text], verbose_name="担当部署"
                    ),
                ),
                (
                    "contact_name",
                    models.CharField(
                        max_length=60, validators=[foundation.text.japanese_text], verbose_name="担当者氏名"
                    ),
                ),
                (
                    "envelope",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="registration_case",
                        serialize=False,
                        to="casework.case",
                    ),
                ),
                ("contact_email", models.EmailField(max_length=254, verbose_name="メールアドレス")),
                ("was_sent", models.BooleanField(default=False)),
                ("first_fee_member", models.PositiveIntegerField(null=True)),
                ("first_fee_non_member", models.PositiveIntegerField(null=True)),
            ],
            options={
                "verbose_name": "貿易登録の申請",
                "indexes": [models.Index(fields=["contact_email"], name="registration_cases_by_mailbox")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("was_sent", False),
                            models.Q(
                                ("is_member__isnull", False),
                                models.Q(("registration_type", ""), _negated=True),
                                models.Q(("legal_form", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="registration_cases_sent_answers_every_question",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "company_name__regex",
                                "[\x01-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]",
                            ),
                            _negated=True,
                        ),
                        name="registration_cases_registrationcase_company_name_visible",
                        violation_error_message="目に見えない文字・制御文字は使えません。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "company_name_en__regex",
                                "[\x01-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]",
                            ),
                            _negated=True,
                        ),
                        name="registration_cases_registrationcase_company_name_en_visible",
                        violation_error_message="目に見えない文字・制御文字は使えません。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "address__regex",
                                "[\x01-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]",
                            ),
                            _negated=True,
                        ),
                        name="registration_cases_registrationcase_address_visible",
                        violation_error_message="目に見えない文字・制御文字は使えません。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "address_en__regex",
                                "[\x01-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]",
                            ),
                            _negated=True,
                        ),
                        name="registration_cases_registrationcase_address_en_visible",
                        violation_error_message="目に見えない文字・制御文字は使えません。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "contact_name__regex",
                                "[\x01-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]",
                            ),
                            _negated=True,
                        ),
                        name="registration_cases_registrationcase_contact_name_visible",
                        violation_error_message="目に見えない文字・制御文字は使えません。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "contact_department__regex",
                                "[\x01-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]",
                            ),
                            _negated=True,
                        ),
                        name="registration_cases_registrationcase_contact_department_visible",
                        violation_error_message="目に見えない文字・制御文字は使えません。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "representative_title__regex",
                                "[\x01-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]",
                            ),
                            _negated=True,
                        ),
                        name="registration_cases_registrationcase_representative_title_visible",
                        violation_error_message="目に見えない文字・制御文字は使えません。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "representative_name__regex",
                                "[\x01-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]",
                            ),
                            _negated=True,
                        ),
                        name="registration_cases_registrationcase_representative_name_visible",
                        violation_error_message="目に見えない文字・制御文字は使えません。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "line_of_business__regex",
                                "[\x01-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]",
                            ),
                            _negated=True,
                        ),
                        name="registration_cases_registrationcase_line_of_business_visible",
                        violation_error_message="目に見えない文字・制御文字は使えません。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "contact_email__regex",
                                "[\x01-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]",
                            ),
                            _negated=True,
                        ),
                        name="registration_cases_registrationcase_contact_email_visible",
                        violation_error_message="目に見えない文字・制御文字は使えません。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegistrationRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("email", models.EmailField(max_length=254)),
                ("is_resumption", models.BooleanField()),
                ("requested_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "chamber",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="chambers.chamber"
                    ),
                ),
                ("rules", models.ManyToManyField(related_name="+", to="chambers.datedtext")),
            ],
        ),
        migrations.CreateModel(
            name="CaseSigner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "name",
                    models.CharField(
                        blank=True, max_length=60, validators=[foundation.text.japanese_text], verbose_name="氏名(和文)"
                    ),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True, max_length=100, validators=[foundation.text.english_text], verbose_name="氏名(英文)"
                    ),
                ),
                (
                    "title_en",
                    models.CharField(
                        blank=True, max_length=100, validators=[foundation.text.english_text], verbose_name="役職(英文)"
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="E-mail")),
                ("specimen", models.BinaryField(null=True, verbose_name="署名(Signature)")),
                (
                    "removes",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="signers.signer"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signers",
                        to="registration_cases.registrationcase",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(fields=("case", "removes"), name="registration_cases_signer_removed_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("removes__isnull", True),
                            models.Q(
                                ("email", ""),
                                ("name", ""),
                                ("name_en", ""),
                                ("specimen__isnull", True),
                                ("title_en", ""),
                            ),
                            _connector="OR",
                        ),
                        name="registration_cases_removal_brings_no_data",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "name__regex",
                                "[\x01-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]",
                            ),
                            _negated=True,
                        ),
                        name="registration_cases_casesigner_name_visible",
                        violation_error_message="目に見えない文字・制御文字は使えません。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "name_en__regex",
                                "[\x01-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]",
                            ),
                            _negated=True,
                        ),
                        name="registration_cases_casesigner_name_en_visible",
                        violation_error_message="目に見えない文字・制御文字は使えません。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "title_en__regex",
                                "[\x01-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]",
                            ),
                            _negated=True,
                        ),
                        name="registration_cases_casesigner_title_en_visible",
                        violation_error_message="目に見えない文字・制御文字は使えません。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "email__regex",
                                "[\x01-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]",
                            ),
                            _negated=True,
                        ),
                        name="registration_cases_casesigner_email_visible",
                        violation_error_message="目に見えない文字・制御文字は使えません。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AcceptedText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.PositiveSmallIntegerField(null=True)),
                ("accepted_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="chambers.datedtext"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="accepted_texts",
                        to="registration_cases.registrationcase",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "text", "item"), name="registration_cases_accepted_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.RunSQL(ONE_OPEN),
        migrations.RunSQL(NO_REGISTRATION_YET),
    ]
