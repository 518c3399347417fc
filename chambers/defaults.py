"""What a new chamber starts with, so that it can work on the first day; it replaces each text by its own."""

import datetime as dt

from django.utils import timezone

from chambers.models import Chamber, DatedText, Fee, OpeningHours

_HOURS = ((dt.time(9), dt.time(12)), (dt.time(13), dt.time(16)))

_TEXTS = {
    DatedText.Kind.GUIDE: """貿易関係証明の発給を申請するには、事前に貿易登録が必要です。登録は商工会議所ごとに行います。
登録の有効期間は2年間です。有効期間の満了前に更新してください。
お手元に、履歴事項全部証明書と印鑑証明書(いずれも発行後3か月以内)をご用意ください。
個人事業主の方は、住民票、印鑑証明書、事業の実態が分かる資料をご用意ください。
審査の結果、登録をお断りする場合があります。""",
    DatedText.Kind.CERTIFICATION_RULES: """第1条(目的) この規程は、商工会議所が行う貿易関係証明の発給について定めます。
第2条(貿易登録) 証明を申請する者は、商工会議所に貿易登録をしなければなりません。
2 商工会議所は、登録を不適当と認めるときは、登録を拒むことができます。
3 登録した者は、登録内容に変更があったときは、速やかに届け出なければなりません。
4 登録の有効期間は、登録を受け付けた日から2年間とします。
第3条(署名) 申請書類の署名は、登録した署名者が自らするものとします。
第4条(資料の提出) 商工会議所は、審査に必要な資料の提出を求めることができます。
第5条(責任) 申請の内容についての責任は、申請した者が負います。
第6条(発給の拒否) 商工会議所は、申請の内容に疑義があるときは、証明の発給を拒むことができます。""",
    DatedText.Kind.PENALTY_RULES: """第1条(目的) この規程は、貿易関係証明に関する不正な行為に対する措置を定めます。
第2条(虚偽の申請) 証明の内容を偽った者に対しては、登録の抹消または証明の発給の停止を行います。
第3条(改変) 発給された証明書を改変した者に対しては、登録の抹消または1年以内の発給の停止を行います。
第4条(偽造) 証明書、署名または印章を偽造した者に対しては、発給の停止を行います。
第5条(効力) この規程による措置は、全国の商工会議所において効力を有します。""",
    DatedText.Kind.PLEDGE_APPLICANT: """貿易登録の申請内容および提出書類の記載は、すべて真実かつ正確です。
貿易関係証明の申請者として、貴商工会議所の認証規程および罰則規程を遵守します。
申請の内容に疑義または紛争が生じたときは、一切の責任を負い、貴商工会議所の指示に従います。
申請を代行業者に依頼するときは、その代行業者に規程を遵守させます。""",
    DatedText.Kind.PLEDGE_AGENT: """貿易登録の申請内容および提出書類の記載は、すべて真実かつ正確です。
貿易関係証明の代行業者として、貴商工会議所の認証規程および罰則規程を遵守します。
代行した申請の内容に疑義または紛争が生じたときは、依頼者とともに責任を負い、貴商工会議所の指示に従います。""",
    DatedText.Kind.CHECKLIST_NEW: """企業名・住所・代表者が履歴事項全部証明書(住民票)と一致している。
証明書類の発行日が期限内である。
誓約書に会社印・代表者印があり、印鑑証明書と一致している。
署名届の自署と、電子登録する署名が一致している。
登録種別・会員区分が正しい。""",
    DatedText.Kind.CHECKLIST_CHANGE: """変更内容が証明書類と一致している。
追加する署名者の自署と、電子登録する署名が一致している。""",
    DatedText.Kind.CHECKLIST_RENEWAL: """企業名・住所・代表者が履歴事項全部証明書(現在事項全部証明書)と一致している。
証明書類の発行日が期限内である。
誓約書に会社印・代表者印があり、印鑑証明書と一致している。
登録種別・会員区分が正しい。""",
    DatedText.Kind.APPROVAL_NOTICE: "",
    DatedText.Kind.MEMBERS_NOTICE: "",
}


def give_defaults(chamber: Chamber) -> None:
    """The first version of every text, opening hours on weekdays, and fees of zero yen, all from today."""
    today = timezone.localdate()
    DatedText.objects.bulk_create(
        DatedText(chamber=chamber, kind=kind, version=1, valid_from=today, body=body) for kind, body in _TEXTS.items()
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(chamber=chamber, weekday=weekday, opens_at=opens_at, closes_at=closes_at)
        for weekday in range(5)
        for opens_at, closes_at in _HOURS
    )
    Fee.objects.bulk_create(
        Fee(chamber=chamber, item=item, is_member=is_member, amount=0, valid_from=today)
        for item in Fee.Item
        for is_member in (True, False)
    )
