"""The issuing body."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from eco_portal.text import english_text, japanese_text, no_hidden_characters


class Chamber(models.Model):
    """A chamber of commerce and industry. Companies register with one chamber at a time; chambers never see each other.

    Certificates take the chamber's code and names from here and nowhere else.
    """

    code = models.CharField(
        _("商工会議所コード"),
        max_length=4,
        unique=True,
        validators=[RegexValidator(r"^\d{3,4}$", _("3桁または4桁の数字です。"))],
    )
    name = models.CharField(_("名称"), max_length=60, validators=[japanese_text])
    name_en = models.CharField(_("英文名称"), max_length=120, validators=[english_text])
    postal_code = models.CharField(_("郵便番号"), max_length=8)
    address = models.CharField(_("所在地"), max_length=120, validators=[japanese_text])
    telephone = models.CharField(_("電話番号"), max_length=20)
    email = models.EmailField(_("メールアドレス"))

    class Meta:
        verbose_name = _("商工会議所")
        ordering = ("code",)
        constraints = no_hidden_characters("name", "name_en", "address")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
