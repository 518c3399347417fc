"""The papers that a company prints, seals or signs by hand, and hands in."""

from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from documents.typesetting import RenderingError, render
from tests.documents.papers import (
    BUSINESS_PROFILE,
    CHAMBER,
    COMPANY,
    NEW_SIGNER,
    NOON,
    PLEDGE,
    PLEDGE_ITEMS,
    descriptions,
    opened,
    specimen,
    specimen_notification,
    squeezed,
    structure,
)
from tests.support.pdf import pages_of

Make = Callable[..., bytes]

LONG = "株式会社日本海国際貿易物流機構新潟支店東港営業所" * 20
LONG_EN = "Nihonkai International Trading and Logistics Organisation, " * 4
LONG_EMAIL = f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 57}.jp"
LONG_CHAMBER = {**CHAMBER, "name": LONG[:60], "name_en": LONG_EN[:120], "address": LONG[:120], "email": LONG_EMAIL}
# As long as chambers, companies and people may be called (chambers, trade_registration and casework models).
LONG_COMPANY = {
    "name": LONG[:100],
    "name_en": LONG_EN[:150],
    "postal_code": "950-0078",
    "address": LONG[:150],
    "representative_title": LONG[:40],
    "representative_name": LONG[:60],
    "registration_number": "8" * 12,
}
LONG_SIGNER = {
    **NEW_SIGNER,
    "name": LONG[:60],
    "name_en": LONG_EN[:100],
    "title": LONG[:60],
    "title_en": "W" * 100,
    "email": LONG_EMAIL,
}
MILLIMETRE = 72 / 25.4
RIGHT_EDGE = 190 * MILLIMETRE


def pledge(**changes: object) -> bytes:
    return render("pledge", {**PLEDGE, **changes}, dated=NOON)


def profile(**changes: object) -> bytes:
    return render("business_profile", {**BUSINESS_PROFILE, **changes}, dated=NOON)


def notification(*people: Any, **changes: object) -> bytes:
    data = specimen_notification(*(people or (NEW_SIGNER,)), **changes)
    return render("specimen_notification", data, pictures={"taro": specimen()}, dated=NOON)


def sheet(kind: str, *items: str) -> dict[str, object]:
    return {"kind": kind, "items": list(items)}


def pictures_of(pdf: bytes, *, scale: float = 1) -> list[Image.Image]:
    return [page.render(scale=scale).to_pil().convert("RGB") for page in pypdfium2.PdfDocument(pdf)]


def has_colour(picture: Image.Image) -> bool:
    red, green, blue = picture.split()
    return any(ImageChops.difference(red, other).getbbox() for other in (green, blue))


EACH = pytest.mark.parametrize("make", [pledge, profile, notification])


@EACH
def test_a_paper_declares_pdf_a_2a_and_pdf_ua_1(make: Make) -> None:
    with opened(make()) as pdf, pdf.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "A")
        assert xmp["pdfuaid:part"] == "1"
        assert "/OutputIntents" in pdf.Root


@EACH
def test_a_paper_names_its_language_title_and_author(make: Make) -> None:
    with opened(make()) as pdf:
        assert str(pdf.Root.Lang).startswith("ja")
        assert str(pdf.docinfo["/Title"]).endswith("株式会社新潟CCI貿易 801-260123")
        assert str(pdf.docinfo["/Author"]) == "株式会社新潟CCI貿易"


@EACH
def test_every_font_of_a_paper_is_embedded(make: Make) -> None:
    with opened(make()) as pdf:
        fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"]
        assert fonts
        assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)


@EACH
def test_a_paper_has_one_heading(make: Make) -> None:
    assert structure(make()).count("/H1") == 1


@pytest.mark.parametrize("make", [profile, notification])
def test_a_form_is_tagged_as_a_table_with_header_cells(make: Make) -> None:
    assert {"/Table", "/TH", "/TD"} <= set(structure(make()))


def test_what_is_pledged_is_tagged_as_a_list() -> None:
    kinds = structure(pledge())
    assert kinds.count("/LI") == len(PLEDGE_ITEMS)
    assert "/L" in kinds


@EACH
def test_a_paper_is_white_a4_with_nothing_but_black(make: Make) -> None:
    pdf = make()
    assert pypdfium2.PdfDocument(pdf)[0].get_size() == pytest.approx((595.3, 841.9), abs=0.1)
    for picture in pictures_of(pdf, scale=2):
        assert not has_colour(picture)
        assert picture.getpixel((3, 3)) == (255, 255, 255)


def test_the_look_for_colour_finds_the_ink_of_a_specimen() -> None:
    (picture,) = pictures_of(notification({**NEW_SIGNER, "specimen": "taro"}))
    assert has_colour(picture)


@EACH
def test_every_page_says_where_to_hand_the_paper_in(make: Make) -> None:
    for page in pages_of(make()):
        for line in [
            "提出先 新潟商工会議所（商工会議所コード 801）",
            "The Niigata Chamber of Commerce and Industry",
            "〒950-8711 新潟市中央区万代島5-1万代島ビル7階",
            "TEL 025-290-4411 E-mail certificates@niigata.example.jp",
            "受付番号 801-260123",
        ]:
            assert squeezed(line) in page


@EACH
def test_a_number_and_a_date_that_are_not_known_yet_are_left_to_be_written_by_hand(make: Make) -> None:
    (page,) = pages_of(make(receipt_number="", dated=""))
    assert "年月日" in page
    assert "受付番号" in page
    assert "801-260123" not in page
    assert "2026年" not in page


@EACH
def test_a_company_that_is_not_registered_yet_has_no_number(make: Make) -> None:
    assert "801000005" in pages_of(make())[0]
    (page,) = pages_of(make(company={**COMPANY, "registration_number": ""}))
    assert "801000005" not in page


@EACH
def test_a_sole_trader_may_lack_title_and_representative(make: Make) -> None:
    (page,) = pages_of(make(company={**COMPANY, "representative_title": "", "representative_name": ""}))
    assert "代表取締役" not in page
    assert "会議所花子" not in page


@EACH
def test_missing_data_stop_the_paper(make: Make) -> None:
    without = {key: value for key, value in COMPANY.items() if key != "name_en"}
    with pytest.raises(RenderingError, match="name_en"):
        make(company=without)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: pledge(sheets=[sheet("申請者", "遵守します。", "遵守ก")]), id="item"),
        pytest.param(lambda: pledge(sheets=[sheet("申請者ก", "遵守します。")]), id="kind"),
        pytest.param(lambda: profile(line_of_business="一行目\n二行目ก"), id="line of business"),
        pytest.param(
            lambda: profile(contact={"name": "ก", "department": "", "telephone": "", "email": ""}), id="contact"
        ),
        pytest.param(lambda: notification(NEW_SIGNER, {**NEW_SIGNER, "title": "ก"}), id="signer"),
        pytest.param(lambda: pledge(company={**COMPANY, "name": "ก"}), id="company"),
        pytest.param(lambda: profile(chamber={**CHAMBER, "name": "ก"}), id="chamber"),
    ],
)
def test_a_character_that_cannot_be_printed_stops_the_paper_and_is_named(make: Callable[[], bytes]) -> None:
    with pytest.raises(RenderingError, match=r"U\+0E01"):
        make()


@EACH
@pytest.mark.parametrize("character", [*"W/)]。々ーゝ—…가", "葛\U000e0101"])
def test_a_text_without_a_place_to_break_stays_on_the_page(make: Make, character: str) -> None:
    text = character * 60
    everywhere = {"company": {**COMPANY, "name": text, "name_en": text, "address": text}, "line_of_business": text * 2}
    people = [{**NEW_SIGNER, "name": text, "title_en": text}] if make is notification else []
    pdf = make(*people, **everywhere, **({"sheets": [sheet("申請者", text * 3)]} if make is pledge else {}))
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    boxes = [page.get_charbox(index) for index in range(page.count_chars())]
    assert max(right for _, _, right, _ in boxes) < RIGHT_EDGE + 2 * MILLIMETRE
    assert "".join(pages_of(pdf)).count(character) >= 120


@pytest.mark.parametrize("name", ["company-papers", "company_papers"])
def test_what_the_papers_share_is_no_paper(name: str) -> None:
    with pytest.raises(RenderingError, match="no template"):
        render(name, PLEDGE, dated=NOON)


# 誓約書


def test_the_pledge_names_the_chamber_what_is_pledged_and_who_seals_it() -> None:
    (page,) = pages_of(pledge())
    for line in [
        "貿易登録（申請者） 誓約書",
        "新潟商工会議所 会頭 殿",
        "貿易登録にあたり、貿易関係証明の申請者として、次の事項を誓約します。",
        *(f"{number}.{item}" for number, item in enumerate(PLEDGE_ITEMS, start=1)),
        "以上",
        "2026年11月24日",
        "〒950-0078",
        "新潟市中央区万代島6番1号",
        "株式会社新潟CCI貿易 Niigata CCI Trading Co., Ltd.",
        "代表取締役 会議所 花子",
        "貿易登録番号 801000005",
        "会社印",
        "代表者印（実印）",
        "A4の白い用紙に、黒一色・片面で印刷してください。",
        "1/1",
    ]:
        assert squeezed(line) in page


def test_an_applicant_who_is_also_an_agent_pledges_on_two_sheets() -> None:
    applicant, agent = pages_of(
        pledge(sheets=[sheet("申請者", *PLEDGE_ITEMS), sheet("代行業者", "依頼者とともに責任を負います。")])
    )
    assert "貿易登録（申請者）誓約書" in applicant
    assert "貿易登録（代行業者）誓約書" in agent
    assert "依頼者とともに責任を負います。" in agent
    assert "依頼者とともに責任を負います。" not in applicant
    assert PLEDGE_ITEMS[0] not in agent
    for page in (applicant, agent):
        assert "代表者印（実印）" in page
        assert "1/1" in page


def test_a_long_pledge_flows_over_pages_that_are_counted_for_each_sheet() -> None:
    items = [f"第{number}項は次のとおりです。" + "櫻" * 380 for number in range(1, 13)]
    papers = pages_of(
        pledge(sheets=[sheet("申請者", *items), sheet("代行業者", "一つだけです。"), sheet("申請者", *items[:6])])
    )
    assert [page[-3:] for page in papers] == ["1/3", "2/3", "3/3", "1/1", "1/2", "2/2"]
    assert sum(page.count("櫻") for page in papers) == 380 * 18
    for page in (papers[1], papers[2], papers[5]):
        assert page.startswith("誓約書（申請者）株式会社新潟CCI貿易受付番号801-260123")
    assert [("代表者印（実印）" in page) for page in papers] == [False, False, True, True, False, True]


@pytest.mark.parametrize("count", range(1, 13))
def test_the_last_item_stands_on_the_page_that_is_sealed(count: int) -> None:
    items = ["遵守します。" * 20] * (count - 1) + ["これが最後の項目です。"]
    papers = pages_of(pledge(sheets=[sheet("申請者", *items)]))
    assert "これが最後の項目です。以上" in papers[-1]
    assert "代表者印（実印）" in papers[-1]
    assert "".join(papers).count("遵守します。") == 20 * (count - 1)


def test_the_longest_texts_fit_on_the_pledge_without_a_loss() -> None:
    texts = {"chamber": LONG_CHAMBER, "company": LONG_COMPANY, "receipt_number": "8" * 20}
    papers = pages_of(pledge(sheets=[sheet("申請者", LONG[:400], "W" * 400, "貿" * 400)], **texts))
    together = "".join(papers)
    for text in (
        *LONG_COMPANY.values(),
        LONG[:400],
        "W" * 400,
        "貿" * 400,
        LONG_CHAMBER["name"] + "会頭殿",
        LONG_EMAIL,
    ):
        assert squeezed(text) in together
    assert len(papers) == 2


def test_an_item_longer_than_a_page_stops_the_pledge() -> None:
    with pytest.raises(RenderingError, match="items does not fit its place"):
        pledge(sheets=[sheet("申請者", "貿" * 3000)])


@pytest.mark.parametrize(("sheets", "reason"), [([], "no sheet"), ([sheet("申請者")], "nothing to pledge")])
def test_a_pledge_of_nothing_is_refused(sheets: list[object], reason: str) -> None:
    with pytest.raises(RenderingError, match=reason):
        pledge(sheets=sheets)


@pytest.mark.parametrize("text", ['#read("/etc/passwd")', "= Title", "- 1. + list", "*b* _i_ $x$", "1. 一"])
def test_markup_in_an_item_is_printed_as_it_was_typed(text: str) -> None:
    (page,) = pages_of(pledge(sheets=[sheet("申請者", text, text)]))
    assert page.count(squeezed(text)) == 2


# 業態内容届


def test_the_business_profile_shows_every_field_under_its_name() -> None:
    (page,) = pages_of(profile())
    for line in [
        "貿易登録 業態内容届",
        "新潟商工会議所 御中",
        "2026年11月24日",
        "登録種別 申請者かつ代行業者",
        "貿易登録番号 801000005",
        "法人・個人の別 法人",
        "商工会議所会員 会員",
        "企業名等 株式会社新潟CCI貿易",
        "英文社名 Niigata CCI Trading Co., Ltd.",
        "住所 〒950-0078 新潟市中央区万代島6番1号",
        "電話番号 025-290-4411",
        "代表者役職 代表取締役",
        "代表者氏名 会議所 花子",
        "業態内容 産業用ポンプおよび部品の製造・輸出。 主な輸出先：台湾、タイ、ベトナム。",
        "貿易登録に関する問い合わせ・連絡先",
        "担当部署 輸出部 貿易事務課",
        "担当者氏名 会議所 太郎",
        "電話番号 025-290-4412",
        "E-mail taro@niigata-cci.example.jp",
        "上記のとおり届け出ます。",
        "会社印",
        "1/1",
    ]:
        assert squeezed(line) in page


def test_a_new_company_has_a_profile_that_says_so() -> None:
    (page,) = pages_of(profile(company={**COMPANY, "registration_number": ""}))
    assert "貿易登録番号（新規登録）" in page


@pytest.mark.parametrize(
    "line_of_business", ["", "貿" * 400, "W" * 400, LONG[:400], "\n".join(["工作機械の輸出"] * 20)]
)
def test_the_longest_texts_fit_on_the_business_profile_without_a_loss(line_of_business: str) -> None:
    contact = {"name": LONG[:60], "department": LONG[:60], "telephone": "0" * 20, "email": LONG_EMAIL}
    company = COMPANY if "\n" in line_of_business else LONG_COMPANY
    (page,) = pages_of(
        profile(chamber=LONG_CHAMBER, company=company, contact=contact, line_of_business=line_of_business)
    )
    for text in (line_of_business, *company.values(), *contact.values(), LONG_CHAMBER["address"]):
        assert squeezed(text) in page


def test_a_line_of_business_of_more_lines_than_there_is_room_for_stops_the_paper() -> None:
    with pytest.raises(RenderingError, match="line_of_business does not fit its place"):
        profile(line_of_business="輸出\n" * 100)


@pytest.mark.parametrize("field", ["registration_type", "membership", "legal_form", "telephone", "dated"])
def test_a_text_that_fits_at_no_size_stops_the_business_profile(field: str) -> None:
    with pytest.raises(RenderingError, match=f"{field} does not fit its place"):
        profile(**{field: "貿W" * 2000})


# 署名届


def test_the_specimen_notification_shows_every_signer_and_what_to_do() -> None:
    (page,) = pages_of(notification())
    for line in [
        "貿易登録 署名届",
        "2026年11月24日",
        "新潟商工会議所 御中",
        "株式会社新潟CCI貿易 Niigata CCI Trading Co., Ltd. 代表取締役 会議所 花子 貿易登録番号 801000005",
        "黒のペンで、枠からはみ出さないように自署してください。",
        "署名者 1 和文 英文",
        "氏名 会議所 太郎 Taro KAIGISHO",
        "役職 輸出部長 Manager, Export Department",
        "E-mail taro@niigata-cci.example.jp",
        "自署欄 黒のペンで、枠からはみ出さないように自署してください。",
        "電子登録する署名",
        "1/1",
    ]:
        assert squeezed(line) in page


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, [1]), (3, [3]), (4, [4]), (5, [4, 1]), (8, [4, 4]), (16, [4, 4, 4, 4]), (17, [4, 4, 4, 4, 1])],
)
def test_four_signers_share_a_page_and_the_pages_are_counted(count: int, expected: list[int]) -> None:
    people = [{**NEW_SIGNER, "email": f"signer{number}@example.jp"} for number in range(1, count + 1)]
    papers = pages_of(notification(*people))
    assert [page.count("自署欄") for page in papers] == expected
    assert [page[-len(f"{n}/{len(papers)}") :] for n, page in enumerate(papers, start=1)] == [
        f"{n}/{len(papers)}" for n in range(1, len(papers) + 1)
    ]
    for number in range(1, count + 1):
        card = papers[(number - 1) // 4].split(f"署名者{number}和文")[1].split("自署欄")[0]
        assert f"signer{number}@example.jp" in card
    assert all(page.startswith("署名届株式会社新潟CCI貿易受付番号801-260123") for page in papers[1:])


def test_a_notification_without_signers_is_refused() -> None:
    with pytest.raises(RenderingError, match="no signer"):
        render("specimen_notification", specimen_notification(), dated=NOON)


def boxes_below(pdf: bytes, label: str, *, number: int = 0) -> list[Image.Image]:
    """The inside of the boxes of 79.5 mm by 26.5 mm under each occurrence of the label on a page, at 144 dpi."""
    page = pypdfium2.PdfDocument(pdf)[number]
    text = page.get_textpage()
    picture = page.render(scale=2).to_pil().convert("RGB")
    search = text.search(label)
    found = []
    while (place := search.get_next()) is not None:
        left, bottom, _, _ = text.get_charbox(place[0])
        x, y = left + MILLIMETRE, page.get_height() - bottom + 2.2 * MILLIMETRE
        corners = (x, y, x + 77 * MILLIMETRE, y + 24 * MILLIMETRE)
        found.append(picture.crop(tuple(round(2 * corner) for corner in corners)))
    return found


def is_blank(picture: Image.Image) -> bool:
    return picture.getextrema() == ((255, 255),) * 3


def test_the_place_for_the_signature_is_white_without_a_line() -> None:
    pdf = notification(*[{**NEW_SIGNER, "specimen": "taro"}] * 4)
    places = boxes_below(pdf, "自署欄")
    assert len(places) == 4
    assert all(is_blank(place) for place in places)


def test_the_uploaded_specimen_is_printed_beside_with_words_for_those_who_cannot_see_it() -> None:
    pdf = notification({**NEW_SIGNER, "specimen": "taro"}, {**NEW_SIGNER, "name": "貿易 次郎"})
    (shown, missing) = boxes_below(pdf, "電子登録する署名")
    assert has_colour(shown)
    assert not has_colour(missing)
    assert descriptions(pdf) == ["電子登録する署名（会議所 太郎）"]
    assert "/Figure" in structure(pdf)
    assert pages_of(pdf)[0].count("アップロードされた署名はありません") == 1


@pytest.mark.parametrize("size", [(900, 300), (200, 900), (900, 60)])
def test_a_specimen_of_any_shape_stays_inside_its_box(size: tuple[int, int]) -> None:
    data = specimen_notification({**NEW_SIGNER, "specimen": "taro"})
    pdf = render("specimen_notification", data, pictures={"taro": specimen(*size)}, dated=NOON)
    (picture,) = pypdfium2.PdfDocument(pdf)[0].get_objects([pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    left, bottom, right, top = picture.get_bounds()
    assert right - left <= 79.5 * MILLIMETRE
    assert top - bottom <= 26.5 * MILLIMETRE


def test_a_specimen_that_was_not_handed_over_stops_the_notification() -> None:
    with pytest.raises(RenderingError):
        render("specimen_notification", specimen_notification({**NEW_SIGNER, "specimen": "taro"}), dated=NOON)


def test_a_signer_may_lack_titles() -> None:
    (page,) = pages_of(notification({**NEW_SIGNER, "title": "", "title_en": ""}))
    assert "役職E-mail" in page


def test_the_longest_texts_fit_on_the_specimen_notification_without_a_loss() -> None:
    data = specimen_notification(*[LONG_SIGNER] * 5, chamber=LONG_CHAMBER, company=LONG_COMPANY)
    papers = pages_of(render("specimen_notification", data, dated=NOON))
    together = "".join(papers)
    for field in ("name", "name_en", "title", "title_en", "email"):
        assert together.count(squeezed(LONG_SIGNER[field])) >= 5
    for text in (LONG_COMPANY["name"], LONG_COMPANY["name_en"], LONG_CHAMBER["name"] + "御中", LONG_CHAMBER["name_en"]):
        assert squeezed(text) in papers[0]
    assert [page.count("自署欄") for page in papers] == [page.count("E-maila") - 1 for page in papers]


@pytest.mark.parametrize("field", ["name", "name_en", "title", "title_en", "email"])
def test_a_text_that_fits_at_no_size_stops_the_notification(field: str) -> None:
    with pytest.raises(RenderingError, match=f"{field} does not fit its place"):
        notification({**NEW_SIGNER, field: "貿W" * 2000})


@pytest.mark.parametrize("email", [f"{'m' * 244}@x.example", f"{'m' * 64}@{'m' * 60}.{'m' * 60}.{'m' * 60}.jp"])
def test_the_longest_mail_address_is_printed_whole(email: str) -> None:
    contact = {**BUSINESS_PROFILE["contact"], "email": email}
    paper = render("business_profile", {**BUSINESS_PROFILE, "contact": contact}, dated=NOON)
    assert email in pages_of(paper)[0]
