"""A manager sets the chamber up: names, seal, windows, opening days, fees, rules and notices."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from PIL import Image, ImageDraw

from accounts.models import Account, Role
from accounts.sessions import SessionStore
from tests.factories import ChamberFactory, StaffFactory
from tests.journeys.conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLEDGE = """申請の内容は、すべて真実かつ正確です。
貴商工会議所の認証規程および罰則規程を遵守します。

申請を代行業者に依頼するときは、その代行業者に規程を遵守させます。"""


@pytest.fixture
def manager() -> Account:
    return StaffFactory(chamber=ChamberFactory(code="801"), role=Role.MANAGER, name="責任 四郎")


def lets_in(person: Person, clerk: Account) -> None:
    """The clerk has logged in at this browser and shown the second factor."""
    session = SessionStore()
    session.start(clerk)
    session.pass_second_factor()
    person.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": person.home}]
    )


def seal_picture() -> bytes:
    """A scan of a square seal on paper that is not quite white."""
    picture = Image.new("RGB", (700, 700), "#f1eee6")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((100, 100, 600, 600), outline="#cf2b32", width=28)
    for left in (180, 320, 460):
        draw.line((left, 170, left + 90, 170), fill="#cf2b32", width=26)
        draw.line((left + 45, 170, left + 45, 530), fill="#cf2b32", width=26)
        draw.line((left, 350, left + 90, 350), fill="#cf2b32", width=26)
        draw.line((left, 530, left + 90, 530), fill="#cf2b32", width=26)
    content = io.BytesIO()
    picture.save(content, "JPEG")
    return content.getvalue()


def test_a_manager_sets_the_chamber_up(sit_down: Callable[[], Person], manager: Account) -> None:
    today = timezone.localdate()
    tomorrow, later = today + dt.timedelta(days=1), today + dt.timedelta(days=40)
    clerk = sit_down()
    lets_in(clerk, manager)
    clerk.goes_to("/staff/settings/")
    clerk.sees("印影はまだ登録されていません。")
    clerk.looks_at("settings-new")

    # Names.
    clerk.clicks("名称・所在地を変更", role="link")
    clerk.looks_at("settings-profile")
    clerk.fills(telephone="なし", address="新潟市中央区上大川前通7番町1243")
    clerk.clicks("変更")
    clerk.sees("電話番号は「025-290-4209」のように")
    clerk.looks_at("settings-profile-refused")
    clerk.fills(telephone="０２５−２２３−６２７１")
    clerk.clicks("変更")
    clerk.sees("名称・所在地を変更しました。")
    clerk.sees("025-223-6271")

    # The seal.
    clerk.clicks("印影を変更", role="link")
    clerk.looks_at("settings-seal-none")
    clerk.clicks("登録")
    clerk.sees("画像ファイルを選んでください。")
    clerk.looks_at("settings-seal-refused")
    scan = {"name": "seal.jpg", "mimeType": "image/jpeg", "buffer": seal_picture()}
    clerk.page.set_input_files("[name=picture]", scan)  # type: ignore[arg-type]
    clerk.clicks("登録")
    clerk.sees("印影を登録しました。")
    assert clerk.page.locator("img.seal").evaluate("image => image.complete && image.naturalWidth > 100")
    clerk.looks_at("settings-seal")
    clerk.clicks("印影を削除", role="link")
    clerk.looks_at("settings-seal-remove")
    clerk.clicks("戻る", role="link")

    # Windows.
    clerk.clicks("商工会議所の設定", role="link")
    clerk.clicks("有効期間・更新などを変更", role="link")
    clerk.looks_at("settings-windows")
    clerk.fills(renewal_opens_days="0")
    clerk.clicks("変更")
    clerk.looks_at("settings-windows-refused")
    clerk.fills(renewal_opens_days="60", late_renewal_days="14", most_signers_without_reason="15")
    clerk.page.select_option("[name=last_day]", "day_before")
    clerk.clicks("変更")
    clerk.sees("満了日の翌日から14日間")

    # Opening hours.
    clerk.clicks("受付時間を変更", role="link")
    clerk.looks_at("settings-opening-hours")
    clerk.fills(closes_0_1="08:00", opens_5_1="09:00")
    clerk.clicks("変更")
    clerk.sees("終了は開始より後の時刻にしてください。")
    clerk.looks_at("settings-opening-hours-refused")
    clerk.fills(closes_0_1="12:00", closes_5_1="11:30")
    clerk.clicks("変更")
    clerk.sees("9:00〜11:30")

    # Closed days.
    clerk.clicks("休業日を変更", role="link")
    clerk.looks_at("settings-closed-days-none")
    clerk.fills(first=tomorrow.isoformat(), name="創立記念日")
    clerk.clicks("追加")
    clerk.sees("創立記念日")
    clerk.fills(first=later.isoformat(), last=(later + dt.timedelta(days=5)).isoformat(), name="年末年始")
    clerk.clicks("追加")
    clerk.looks_at("settings-closed-days")
    clerk.clicks(f"{date_format(tomorrow)}の休業を取り消す", role="link")
    clerk.looks_at("settings-closed-day-remove")
    clerk.clicks("休業日を取り消す")
    clerk.sees("休業日を取り消しました。")
    clerk.fills(first=(today - dt.timedelta(days=1)).isoformat())
    clerk.clicks("追加")
    clerk.sees("過ぎた日は追加できません。")
    clerk.looks_at("settings-closed-days-refused")

    # A fee, never backwards.
    clerk.clicks("商工会議所の設定", role="link")
    clerk.clicks("料金を変更", role="link")
    clerk.looks_at("settings-fees")
    clerk.clicks("貿易登録(新規) 非会員の料金を変更", role="link")
    clerk.fills(amount="26,400", valid_from=today.isoformat())
    clerk.clicks("登録")
    clerk.sees("さかのぼって変更することはできません。")
    clerk.looks_at("settings-fee-refused")
    clerk.fills(valid_from=later.isoformat())
    clerk.clicks("登録")
    clerk.sees(f"26,400円({date_format(later)}から)")
    clerk.looks_at("settings-fee")
    clerk.clicks(f"{date_format(later)}からの料金を取り消す", role="link")
    clerk.looks_at("settings-fee-cancel")
    clerk.clicks("予定を取り消す")
    clerk.sees("料金の予定を取り消しました。")
    clerk.fills(amount="16,500", valid_from=tomorrow.isoformat())
    clerk.clicks("登録")
    clerk.clicks("料金", role="link")
    clerk.sees("16,500円")

    # A pledge.
    clerk.clicks("商工会議所の設定", role="link")
    clerk.clicks("規程・誓約事項・お知らせなどを変更", role="link")
    clerk.looks_at("settings-texts")
    clerk.clicks("誓約事項(申請者)", role="link")
    clerk.looks_at("settings-text")
    clerk.clicks("新しい版を作る", role="link")
    clerk.looks_at("settings-text-new")
    clerk.fills(body=PLEDGE + "\n以上です。🖋", valid_from=later.isoformat())
    clerk.clicks("表示を確認")
    clerk.sees("5行目: 証明書に印字できない文字があります。")
    clerk.looks_at("settings-text-refused")
    clerk.fills(body=PLEDGE)
    clerk.clicks("表示を確認")
    clerk.sees(f"まだ登録していません。{date_format(later)}から")
    assert len(clerk.page.locator(".wording li").all()) == 3
    clerk.looks_at("settings-text-preview")
    clerk.clicks("この内容で登録")
    clerk.sees("第2版を登録しました。")
    clerk.looks_at("settings-text-scheduled")
    clerk.clicks("第2版を取り消す", role="link")
    clerk.looks_at("settings-text-cancel")
    clerk.clicks("取り消す")
    clerk.sees("第2版を取り消しました。")

    # A notice, at once; the version before stays to be read.
    clerk.goes_to("/staff/settings/texts/members_notice/new/")
    clerk.fills(body="システム停止のお知らせ", valid_from=today.isoformat())
    clerk.clicks("この内容で登録")
    clerk.unfolds()
    clerk.sees("(空欄: 何も表示しません)")
    clerk.looks_at("settings-text-history")
    clerk.clicks("商工会議所の設定", role="link")
    clerk.sees("年末年始")
    clerk.looks_at("settings")
