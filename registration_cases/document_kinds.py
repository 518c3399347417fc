"""What a company brings with its case."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    """The supporting documents of a registration."""

    COMPANY_REGISTER = "company_register", _("履歴事項全部証明書")
    CURRENT_REGISTER = "current_register", _("現在事項全部証明書")
    SEAL_CERTIFICATE = "seal_certificate", _("印鑑証明書")
    RESIDENCE_CERTIFICATE = "residence_certificate", _("住民票")
    PROOF_OF_BUSINESS = "proof_of_business", _("事業の実態が分かる資料")
    PLEDGE = "pledge", _("誓約書(押印済)")
    BUSINESS_PROFILE = "business_profile", _("業態内容届")
    SPECIMEN_NOTIFICATION = "specimen_notification", _("署名届(自署済)")
    MANY_SIGNERS = "many_signers", _("多人数の署名登録に関する理由書")
    RESIDENCE_CARD = "residence_card", _("在留カード・旅券の写し")
    SECOND_HAND_LICENCE = "second_hand_licence", _("古物商許可証の写し")
    OUTSIDE_DISTRICT = "outside_district", _("地区外登録理由書")
    OTHER = "other", _("その他の資料")


# Whose date of issue counts: not older than the chamber's number of months.
DATED = frozenset(
    {
        DocumentKind.COMPANY_REGISTER,
        DocumentKind.CURRENT_REGISTER,
        DocumentKind.SEAL_CERTIFICATE,
        DocumentKind.RESIDENCE_CERTIFICATE,
    }
)
