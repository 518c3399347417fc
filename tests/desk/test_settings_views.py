"""The manager's pages about the chamber."""

import datetime as dt
import io
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageDraw

from accounts.models import Account, Role
from chambers.models import Chamber, DatedText, Fee, OpeningHours
from tests.conftest import Company, log_in_with, queries_of
from tests.factories import PASSWORD, ChamberFactory, StaffFactory

JST = ZoneInfo("Asia/Tokyo")
TODAY, TOMORROW = dt.date(2026, 3, 10), dt.date(2026, 3, 11)
PROFILE = {
    "name": "にいがた商工会議所",
    "name_en": "Niigata Chamber",
    "postal_code": "950-8711",
    "address": "新潟市中央区万代島5-1",
    "telephone": "025-290-4209",
    "email": "new@example.jp",
}
WINDOWS = {
    "last_day": "day_before",
    "renewal_opens_days": "60",
    "late_renewal_days": "14",
    "evidence_months": "6",
    "most_signers_without_reason": "",
}
HOURS = {"opens_0_1": "09:00", "closes_0_1": "12:00", "opens_0_2": "13:00", "closes_0_2": "16:30"}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """It is 10 March 2026, noon in Japan."""
    with time_machine.travel(dt.datetime(2026, 3, 10, 12, tzinfo=JST), tick=False):
        yield


@pytest.fixture
def client(manager: Account) -> Client:
    """The manager's browser."""
    return log_in_with(manager)


@pytest.fixture
def chamber(manager: Account) -> Chamber:
    """A chamber that began yesterday."""
    yesterday = TODAY - dt.timedelta(days=1)
    manager.chamber.fees.update(valid_from=yesterday)
    manager.chamber.texts.update(valid_from=yesterday)
    return manager.chamber


def other_manager(stranger: Company) -> Client:
    """The browser of another chamber's manager."""
    return log_in_with(StaffFactory(chamber=stranger.chamber, role=Role.MANAGER))


def page(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def send(client: Client, name: str, /, *args: object, **typed: object) -> HttpResponse:
    return client.post(reverse(name, args=args), typed)


def errors(response: HttpResponse) -> dict[str, list[str]]:
    """The errors of a page that was shown again."""
    assert response.status_code == 200
    return response.context["form"].errors


def seal_picture(colour: str = "#d7282f") -> bytes:
    """A scan of a square seal."""
    picture = Image.new("RGB", (500, 500), "#f4f2ec")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((60, 60, 440, 440), outline=colour, width=24)
    for x in (150, 250, 350):
        draw.line((x, 120, x, 380), fill=colour, width=30)
    content = io.BytesIO()
    picture.save(content, "JPEG")
    return content.getvalue()


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("seal.jpg", content, content_type="image/jpeg")


# --- The overview ---


def test_the_overview_shows_what_holds_and_what_is_to_come(client: Client, chamber: Chamber) -> None:
    assert "印影はまだ登録されていません。" in page(client, "chamber_settings")
    send(client, "chamber_fee", "renewal", "members", amount="1,100円", valid_from="2026-04-01")
    send(client, "new_chamber_text", "penalty_rules", body="第1条", valid_from="2026-05-01")
    send(client, "closed_days", first="2026-04-29", name="昭和の日")
    shown = page(client, "chamber_settings")
    for said in (chamber.code, chamber.name, chamber.email, "登録日の2年後の同じ日", "9:00〜12:00", "休み", "制限なし"):
        assert said in shown
    for said in ("2026年4月1日から 1,100円", "第2版(2026年5月1日から)", "2026年4月29日(水)", "昭和の日"):
        assert said in shown


def test_a_bare_chamber_has_an_overview(manager: Account) -> None:
    bare = ChamberFactory(defaults=False)
    Account.objects.get_queryset().filter(pk=manager.pk).update(chamber=bare)
    shown = page(log_in_with(manager), "chamber_settings")
    assert shown.count("未設定") == 8
    assert "まだ作られていません。" in page(log_in_with(manager), "chamber_text", "guide")


def test_the_overview_asks_the_same_questions_however_much_is_set(client: Client, chamber: Chamber) -> None:
    for day in range(1, 31):
        chamber.closed_days.create(day=dt.date(2026, 5, day))
        chamber.fees.create(item="renewal", is_member=True, amount=day, valid_from=dt.date(2026, 5, day))
        chamber.texts.create(kind="guide", version=day + 1, body="案内", valid_from=dt.date(2026, 5, day))
    assert "ほかに25日あります。" in page(client, "chamber_settings")
    assert queries_of(client, reverse("chamber_settings")) <= 6


# --- Names, windows ---


def test_the_profile_is_changed(client: Client, chamber: Chamber) -> None:
    response = send(
        client,
        "change_profile",
        **{**PROFILE, "postal_code": "〒９５０８７１１", "telephone": "０２５ー２９０ー４２０９"},
        current_password=PASSWORD,
    )
    assert response["Location"] == reverse("chamber_settings")
    chamber.refresh_from_db()
    assert {field: getattr(chamber, field) for field in PROFILE} == PROFILE
    assert "名称・所在地を変更しました。" in page(client, "chamber_settings")


def test_another_mailbox_of_the_chamber_needs_the_managers_password(client: Client, chamber: Chamber) -> None:
    for typed in ("", "a guess"):
        response = send(client, "change_profile", **PROFILE, current_password=typed)
        assert list(errors(response)) == ["current_password"]
    assert Chamber.objects.get(pk=chamber.pk).email == chamber.email != PROFILE["email"]
    send(client, "change_profile", **{**PROFILE, "email": chamber.email})
    assert Chamber.objects.get(pk=chamber.pk).name_en == PROFILE["name_en"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "新潟\u202e商工会議所"),
        ("name_en", "新潟"),
        ("postal_code", "95-8711"),
        ("address", "あ" * 121),
        ("telephone", "なし"),
        ("email", "niigata"),
    ],
)
def test_a_wrong_profile_is_shown_again_as_it_was_typed(
    client: Client, chamber: Chamber, field: str, value: str
) -> None:
    response = send(client, "change_profile", **{**PROFILE, field: value}, current_password=PASSWORD)
    assert list(errors(response)) == [field]
    shown = response.content.decode()
    for other, typed in PROFILE.items():
        if other != field:
            assert f'value="{typed}"' in shown
    assert PASSWORD not in shown
    # The page's head still bears the name that is in force.
    assert f"<p>{chamber.name}<br>" in shown
    assert Chamber.objects.get(pk=chamber.pk).name_en == chamber.name_en


def test_windows_are_changed(client: Client, chamber: Chamber) -> None:
    assert send(client, "change_windows", **WINDOWS)["Location"] == reverse("chamber_settings")
    chamber.refresh_from_db()
    assert (chamber.last_day, chamber.renewal_opens_days, chamber.late_renewal_days) == ("day_before", 60, 14)
    assert (chamber.evidence_months, chamber.most_signers_without_reason) == (6, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("last_day", "never"),
        ("renewal_opens_days", "0"),
        ("renewal_opens_days", "181"),
        ("late_renewal_days", "-1"),
        ("late_renewal_days", "366"),
        ("evidence_months", "三"),
        ("most_signers_without_reason", "0"),
        ("most_signers_without_reason", "9" * 5000),
    ],
)
def test_wrong_windows_are_told_at_the_field(client: Client, chamber: Chamber, field: str, value: str) -> None:
    response = send(client, "change_windows", **{**WINDOWS, field: value})
    assert list(errors(response)) == [field]
    assert f'value="{value}"' in response.content.decode() or field == "last_day"
    chamber.refresh_from_db()
    assert chamber.renewal_opens_days == 30


# --- The seal ---


def test_the_seal_is_cleaned_shown_and_removed(client: Client, reviewer: Account, chamber: Chamber) -> None:
    assert client.get(reverse("remove_seal")).status_code == 404
    assert send(client, "change_seal", picture=upload(seal_picture()))["Location"] == reverse("change_seal")
    assert reverse("chamber_seal") in page(client, "change_seal")
    for person in (client, log_in_with(reviewer)):
        response = person.get(reverse("chamber_seal"))
        assert response["Content-Type"] == "image/png"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]
        with Image.open(io.BytesIO(response.content)) as picture:
            assert (picture.format, picture.mode) == ("PNG", "RGBA")
            assert picture.getpixel((picture.width // 2, 60))[3] == 0
    assert "印影を削除します。" in page(client, "remove_seal")
    assert send(client, "remove_seal")["Location"] == reverse("change_seal")
    assert client.get(reverse("chamber_seal")).status_code == 404
    assert send(client, "remove_seal").status_code == 409


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", b"\x89PNG\r\n\x1a\nbroken", seal_picture("#f4f2ec"), b"\xff\xd8\xff" + b"0" * 3_000_000],
)
def test_what_is_no_seal_is_told_at_the_field(client: Client, chamber: Chamber, content: bytes) -> None:
    response = send(client, "change_seal", picture=upload(content))
    assert list(errors(response)) == ["picture"]
    assert chamber.seal is None


def test_sending_no_picture_is_told_at_the_field(client: Client, chamber: Chamber) -> None:
    assert errors(send(client, "change_seal", other="1")) == {"picture": ["画像ファイルを選んでください。"]}


def test_every_chamber_has_its_own_seal(client: Client, chamber: Chamber, stranger: Company) -> None:
    send(client, "change_seal", picture=upload(seal_picture()))
    assert stranger.chamber.seal is None


# --- Opening hours ---


def test_the_week_is_shown_and_replaced(client: Client, chamber: Chamber, stranger: Company) -> None:
    shown = page(client, "change_opening_hours")
    assert shown.count('value="09:00"') == 5
    assert send(client, "change_opening_hours", **HOURS)["Location"] == reverse("chamber_settings")
    assert [str(hours) for hours in chamber.opening_hours.all()] == ["月曜日 09:00-12:00", "月曜日 13:00-16:30"]
    assert stranger.chamber.opening_hours.count() == 10


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({**HOURS, "closes_0_1": ""}, "closes_0_1"),
        ({**HOURS, "opens_0_2": ""}, "opens_0_2"),
        ({**HOURS, "closes_0_1": "08:00"}, "closes_0_1"),
        ({**HOURS, "closes_0_1": "09:00"}, "closes_0_1"),
        ({**HOURS, "opens_0_2": "11:59"}, "opens_0_2"),
        ({**HOURS, "opens_6_1": "25:00"}, "opens_6_1"),
        ({"opens_0_1": ""}, "__all__"),
    ],
)
def test_wrong_hours_are_told_at_the_field(client: Client, chamber: Chamber, typed: dict[str, str], field: str) -> None:
    response = send(client, "change_opening_hours", **typed)
    assert list(errors(response)) == [field]
    shown = response.content.decode()
    assert all(f'value="{value}"' in shown for value in typed.values() if value)
    assert OpeningHours.objects.filter(chamber=chamber).count() == 10


def test_a_break_may_be_of_no_length(client: Client, chamber: Chamber) -> None:
    send(client, "change_opening_hours", **{**HOURS, "opens_0_2": "12:00"})
    assert chamber.opening_hours.count() == 2


# --- Closed days ---


def test_closed_days_are_added_and_removed(client: Client, chamber: Chamber, stranger: Company) -> None:
    stranger.chamber.closed_days.create(day=dt.date(2026, 5, 7), name="他所の休み")
    assert "これからの休業日は登録されていません。" in page(client, "closed_days")
    assert send(client, "closed_days", first="2026-03-10")["Location"] == reverse("closed_days")
    send(client, "closed_days", first="2026-12-29", last="2027-01-03", name="年末年始")
    shown = page(client, "closed_days")
    assert shown.count("年末年始</td>") == 6
    assert "2027年1月3日(日)" in shown
    assert "他所の休み" not in shown
    assert "2026年12月29日" in page(client, "remove_closed_day", dt.date(2026, 12, 29))
    assert chamber.closed_days.count() == 7
    assert send(client, "remove_closed_day", dt.date(2026, 12, 29))["Location"] == reverse("closed_days")
    assert chamber.closed_days.count() == 6
    assert send(client, "remove_closed_day", dt.date(2026, 5, 7)).status_code == 409
    assert stranger.chamber.closed_days.count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"first": ""}, "first"),
        ({"first": "2026-02-30"}, "first"),
        ({"first": "2026-03-09"}, "first"),
        ({"first": "2026-05-07"}, "first"),
        ({"first": "2026-03-12", "last": "2026-03-11"}, "last"),
        ({"first": "2026-03-12", "last": "2026-04-12"}, "last"),
        ({"first": "2026-03-12", "last": "いつか"}, "last"),
        ({"first": "2026-03-12", "name": "休\u202e業"}, "name"),
    ],
)
def test_wrong_closed_days_are_told_at_the_field(
    client: Client, chamber: Chamber, typed: dict[str, str], field: str
) -> None:
    chamber.closed_days.create(day=dt.date(2026, 5, 7))
    response = send(client, "closed_days", **{"name": "臨時休業", **typed})
    assert list(errors(response)) == [field]
    assert field == "name" or 'value="臨時休業"' in response.content.decode()
    assert chamber.closed_days.count() == 1


# --- Fees ---


def test_a_fee_is_scheduled_shown_and_taken_back(client: Client, chamber: Chamber, stranger: Company) -> None:
    response = send(client, "chamber_fee", "renewal", "others", amount="２，２００", valid_from="2026-03-11")
    assert response["Location"] == reverse("chamber_fee", args=["renewal", "others"])
    made = chamber.fees.get(item=Fee.Item.RENEWAL, is_member=False, valid_from=TOMORROW)
    assert made.amount == 2200
    for shown in (page(client, "chamber_fees"), page(client, "chamber_fee", "renewal", "others")):
        assert "2,200円" in shown
        assert "2026年3月11日" in shown
    assert "2,200円" not in page(client, "chamber_fee", "renewal", "members")
    assert "2,200円" not in page(other_manager(stranger), "chamber_fees")
    assert "2,200円" in page(client, "cancel_fee", "renewal", "others", TOMORROW)
    assert send(client, "cancel_fee", "renewal", "others", TOMORROW)["Location"] == response["Location"]
    assert not chamber.fees.filter(pk=made.pk).exists()
    assert client.get(reverse("cancel_fee", args=["renewal", "others", TOMORROW])).status_code == 404


def test_a_fee_that_has_begun_is_not_taken_back(client: Client, chamber: Chamber) -> None:
    yesterday = TODAY - dt.timedelta(days=1)
    assert send(client, "cancel_fee", "renewal", "others", yesterday).status_code == 409
    assert chamber.fees.count() == 8


def test_earlier_prices_can_be_read(client: Client, chamber: Chamber) -> None:
    chamber.fees.create(item="renewal", is_member=True, amount=550, valid_from=dt.date(2024, 4, 1))
    shown = page(client, "chamber_fee", "renewal", "members")
    assert shown.index("これまでの料金") < shown.index("2024年4月1日") < shown.index("550円")


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"amount": ""}, "amount", ""),
        ({"amount": "-1"}, "amount", "0"),
        ({"amount": "10000000"}, "amount", "9999999"),
        ({"amount": "千円"}, "amount", "数字だけで入力してください。"),
        ({"amount": "1.5"}, "amount", "数字だけで入力してください。"),
        ({"valid_from": ""}, "valid_from", ""),
        ({"valid_from": "2026-03-10"}, "valid_from", "さかのぼって変更することはできません。2026年3月11日以降"),
        ({"valid_from": "2025-01-01"}, "valid_from", "さかのぼって変更することはできません。2026年3月11日以降"),
        ({"valid_from": "2026-06-01"}, "valid_from", "すでに予定されています"),
    ],
)
def test_a_wrong_fee_is_told_at_the_field(
    client: Client, chamber: Chamber, typed: dict[str, str], field: str, said: str
) -> None:
    chamber.fees.create(item="renewal", is_member=True, amount=550, valid_from=dt.date(2026, 6, 1))
    sent = {"amount": "1234", "valid_from": "2026-04-01", **typed}
    response = send(client, "chamber_fee", "renewal", "members", **sent)
    assert list(errors(response)) == [field]
    assert said in errors(response)[field][0]
    assert all(f'value="{value}"' in response.content.decode() for value in sent.values() if value)
    assert chamber.fees.count() == 9


# --- Texts ---


def test_a_text_is_previewed_scheduled_and_taken_back(client: Client, chamber: Chamber, stranger: Company) -> None:
    kind = DatedText.Kind.PLEDGE_APPLICANT
    newest = chamber.texts.get(kind=kind)
    shown = page(client, "new_chamber_text", kind)
    assert newest.body in shown
    assert "1行に1項目" in shown

    typed = {"body": "一つ目。\r\n\r\n二つ目。\t\r\n", "valid_from": "2026-04-01"}
    shown = send(client, "new_chamber_text", kind, preview="1", **typed).content.decode()
    assert "<li>一つ目。</li><li>二つ目。</li>" in shown
    assert "まだ登録していません。2026年4月1日から" in shown
    assert chamber.texts.filter(kind=kind).count() == 1

    response = send(client, "new_chamber_text", kind, **typed)
    assert response["Location"] == reverse("chamber_text", args=[kind])
    made = chamber.texts.get(kind=kind, version=2)
    assert (made.body, made.valid_from) == ("一つ目。\n\n二つ目。", dt.date(2026, 4, 1))
    shown = page(client, "chamber_text", kind)
    assert shown.index("予定: 第2版(2026年4月1日から)") < shown.index("適用中: 第1版(2026年3月9日から)")
    assert "第2版(2026年4月1日から)" in page(client, "chamber_texts")
    assert "一つ目。" not in page(other_manager(stranger), "chamber_text", kind)
    assert made.body in page(client, "new_chamber_text", kind)

    assert "二つ目。" in page(client, "cancel_text", kind, 2)
    assert send(client, "cancel_text", kind, 2)["Location"] == reverse("chamber_text", args=[kind])
    assert chamber.texts.filter(kind=kind).count() == 1
    assert client.get(reverse("cancel_text", args=[kind, 2])).status_code == 404
    assert send(client, "cancel_text", kind, 1).status_code == 409


def test_every_earlier_version_can_be_read(manager: Account, chamber: Chamber) -> None:
    for version, valid_from in ((2, TODAY), (3, TOMORROW)):
        chamber.texts.create(kind="penalty_rules", version=version, body=f"第{version}版の規程", valid_from=valid_from)
    first = chamber.texts.get(kind="penalty_rules", version=1)
    with time_machine.travel(dt.datetime(2026, 3, 11, tzinfo=JST), tick=False):
        shown = page(log_in_with(manager), "chamber_text", "penalty_rules")
    in_order = [
        "適用中: 第3版",
        "第3版の規程",
        "これまでの版",
        "第2版(",
        "第2版の規程",
        "第1版(",
        first.body.splitlines()[-1],
    ]
    places = [shown.index(said) for said in in_order]
    assert places == sorted(places)


def test_rules_are_shown_as_they_were_typed_and_never_as_markup(client: Client, chamber: Chamber) -> None:
    typed = {"body": "第1条 <b>総則</b>\n第2条", "valid_from": "2026-04-01"}
    shown = send(client, "new_chamber_text", "certification_rules", preview="1", **typed).content.decode()
    assert "第1条 &lt;b&gt;総則&lt;/b&gt;<br>第2条" in shown


def test_a_notice_may_be_empty_and_begin_today(client: Client, chamber: Chamber) -> None:
    shown = send(client, "new_chamber_text", "members_notice", preview="1", body="", valid_from="2026-03-10")
    assert "(空欄: 何も表示しません)" in shown.content.decode()
    send(client, "new_chamber_text", "members_notice", body="臨時休業のお知らせ", valid_from="2026-03-10")
    send(client, "new_chamber_text", "members_notice", body=" \n", valid_from="2026-03-10")
    assert [text.body for text in chamber.texts.filter(kind="members_notice")] == ["", "臨時休業のお知らせ", ""]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"body": ""}, "body", "入力してください"),
        ({"body": " \n\n "}, "body", "入力してください"),
        ({"body": "第1条\n第2条\n第3\u202e条"}, "body", "3行目: 目に見えない文字・制御文字は使えません。"),
        ({"body": "第1条\n第2条😀"}, "body", "2行目: 証明書に印字できない文字があります。"),
        ({"body": "あ" * 20001}, "body", "20000"),
        ({"valid_from": ""}, "valid_from", "入力してください"),
        ({"valid_from": "2026-03-10"}, "valid_from", "さかのぼって変更することはできません。2026年3月11日以降"),
        ({"valid_from": "9999-12-31"}, "valid_from", "2036年3月7日以前の日を入力してください。"),
        ({"valid_from": "2026-03-09"}, "valid_from", "さかのぼって変更することはできません。2026年3月11日以降"),
    ],
)
@pytest.mark.parametrize("button", ["preview", "schedule"])
def test_a_wrong_text_is_told_at_the_field(
    client: Client, chamber: Chamber, typed: dict[str, str], field: str, said: str, button: str
) -> None:
    sent = {"body": "第1条 新しい規程", "valid_from": "2026-04-01", **typed, button: "1"}
    response = send(client, "new_chamber_text", "certification_rules", **sent)
    assert list(errors(response)) == [field]
    assert said in errors(response)[field][0]
    shown = response.content.decode()
    assert f"{sent['body'].strip()}</textarea>" in shown
    assert f'value="{sent["valid_from"]}"' in shown or not sent["valid_from"]
    assert "表示の確認" not in shown
    assert chamber.texts.filter(kind="certification_rules").count() == 1


def test_an_item_is_never_longer_than_what_fits_its_paper(client: Client, chamber: Chamber) -> None:
    typed = {"body": f"第1項\n{'あ' * 401}", "valid_from": "2026-04-01"}
    response = send(client, "new_chamber_text", "pledge_applicant", **typed)
    assert errors(response)["body"] == ["2行目: 1項目は400文字以内で入力してください。"]
    typed["body"] = f"第1項\n{'あ' * 400}"
    assert send(client, "new_chamber_text", "pledge_applicant", **typed).status_code == 302


def test_a_version_before_one_that_is_scheduled_is_told_what_to_do(client: Client, chamber: Chamber) -> None:
    chamber.texts.create(kind="guide", version=2, body="案内", valid_from=dt.date(2026, 4, 1))
    response = send(client, "new_chamber_text", "guide", body="別の案内", valid_from="2026-03-31")
    assert errors(response)["valid_from"] == [
        "2026年4月1日から第2版が適用される予定です。それより後の日にするか、先に第2版を取り消してください。"
    ]


# --- Who, and how ---

ADDRESSES: list[tuple[str, list[object]]] = [
    ("change_profile", []),
    ("change_seal", []),
    ("remove_seal", []),
    ("change_windows", []),
    ("change_opening_hours", []),
    ("closed_days", []),
    ("remove_closed_day", [TOMORROW]),
    ("chamber_fee", ["renewal", "members"]),
    ("cancel_fee", ["renewal", "members", TOMORROW]),
    ("new_chamber_text", ["guide"]),
    ("cancel_text", ["guide", 1]),
]
READ_ONLY: list[tuple[str, list[object]]] = [
    ("chamber_settings", []),
    ("chamber_seal", []),
    ("chamber_fees", []),
    ("chamber_texts", []),
    ("chamber_text", ["guide"]),
]


@pytest.mark.parametrize(("name", "args"), ADDRESSES)
def test_only_managers_change_the_chamber(
    company: Company, reviewer: Account, chamber: Chamber, name: str, args: list[object]
) -> None:
    for person in (reviewer, company.administrator, company.signer, company.sub_id):
        assert log_in_with(person).post(reverse(name, args=args), PROFILE).status_code == 403
    assert Client().post(reverse(name, args=args))["Location"].startswith(reverse("login"))
    assert (
        Client().post(reverse(name, args=args), PROFILE).status_code == 403
    )  # with what was written, to be taken along
    assert Chamber.objects.get(pk=chamber.pk).name == chamber.name


@pytest.mark.parametrize(("name", "args"), READ_ONLY)
def test_pages_that_are_read_take_no_post(client: Client, name: str, args: list[object]) -> None:
    assert client.post(reverse(name, args=args)).status_code == 405


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
@pytest.mark.parametrize(("name", "args"), [*ADDRESSES, *READ_ONLY])
def test_other_methods_are_refused(client: Client, name: str, args: list[object], method: str) -> None:
    assert getattr(client, method)(reverse(name, args=args)).status_code == 405


@pytest.mark.parametrize(
    "wrong",
    [
        "texts/nothing/",
        "texts/guide/9/cancel/",
        "fees/nothing/members/",
        "fees/renewal/nobody/",
        "fees/renewal/members/2026-02-30/cancel/",
        "fees/renewal/members/2026-03-11/cancel/",
        "closed-days/2026-13-01/remove/",
    ],
)
def test_what_is_not_there_has_no_page(client: Client, chamber: Chamber, wrong: str) -> None:
    assert client.get(reverse("chamber_settings") + wrong).status_code == 404
