from typing import Any

import pikepdf
import pypdfium2
import pytest

from documents.typesetting import RenderingError, render
from tests.documents.papers import (
    CHAMBER,
    NOON,
    REGISTRATION,
    SIGNER,
    descriptions,
    opened,
    seal,
    signers,
    specimen,
    squeezed,
    structure,
)
from tests.support.pdf import pages_of

LONG_NAME = ("株式会社日本海国際貿易物流機構新潟支店東港営業所" * 9)[:200]
LONG_NAME_EN = ("Nihonkai International Trading and Logistics Organisation, " * 4)[:200]
ONE_WORD = "W" * 200
LONG_EMAIL = f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 57}.jp"
LONG_CHAMBER = {
    **CHAMBER,
    "name": "日本海沿岸地方連合" * 7,
    "name_en": "Joint Chambers of Commerce of the Coast " * 3,
    "address": LONG_NAME[:120],
    "email": LONG_EMAIL,
}


def registration(**changes: object) -> bytes:
    return render("registration_certificate", {**REGISTRATION, **changes}, dated=NOON)


def sealed(**changes: object) -> bytes:
    data = {**REGISTRATION, "seal": "seal", **changes}
    return render("registration_certificate", data, pictures={"seal": seal()}, dated=NOON)


def signer(**changes: object) -> bytes:
    pictures = {"taro": specimen()}
    return render("signer_certificate", signers({**SIGNER, **changes}), pictures=pictures, dated=NOON)


def dark_area(pdf: bytes) -> int:
    """How many pixels of the first page, at 72 dpi, are nearly black or navy."""
    grey = pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("L")
    return sum(grey.histogram()[:100])


LEFT_AND_RIGHT_OF_FRAME = (30, 565)

EACH = pytest.mark.parametrize("make", [registration, sealed, signer])


@EACH
def test_a_certificate_declares_pdf_a_2a_and_pdf_ua_1(make: Any) -> None:
    with opened(make()) as pdf, pdf.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "A")
        assert xmp["pdfuaid:part"] == "1"
        assert not pdf.is_encrypted
        assert "/OutputIntents" in pdf.Root


@EACH
def test_a_certificate_names_its_language_title_and_author(make: Any) -> None:
    with opened(make()) as pdf:
        assert str(pdf.Root.Lang).startswith("ja")
        assert "登録証 801000005" in str(pdf.docinfo["/Title"])
        assert str(pdf.docinfo["/Author"]) == "新潟商工会議所"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle


@EACH
def test_a_certificate_is_tagged_with_heading_table_and_header_cells(make: Any) -> None:
    kinds = structure(make())
    assert kinds.count("/H1") == 1
    assert {"/Table", "/TH", "/TD"} <= set(kinds)


@EACH
def test_every_font_is_embedded(make: Any) -> None:
    with opened(make()) as pdf:
        fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"]
        assert fonts
        assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)


def test_the_registration_certificate_shows_everything_under_the_labels_of_the_manual() -> None:
    (page,) = pages_of(registration())
    for line in [
        "〒950-0078",
        "新潟市中央区万代島6番1号",
        "株式会社新潟CCI貿易 御中",
        "発行日：2024年11月14日",
        "新潟商工会議所 貿易登録証",
        "登録先商工会議所 新潟商工会議所",
        "商工会議所会員 会員",
        "貿易登録番号 801000005",
        "登録種別 申請者",
        "貿易登録有効期間 2026年11月14日 まで",
        "企業名等 株式会社新潟CCI貿易",
        "英文社名 Niigata CCI Trading Co., Ltd.",
        "英文住所 6-1 Bandaijima, Chuo-ku, Niigata 950-0078, Japan",
        "商工会議所コード* 801",
        "管理者ID uBoKtvlEe8JM",
        "管理者初期パスワード* XQ83y4D8HGpL",
        "管理者IDは貿易登録の更新や登録情報の変更の際に必要になります。",
        "オンライン発給を利用しない場合も必要になりますのでご注意ください。",
        "〒950-8711 新潟市中央区万代島5-1万代島ビル7階",
        "TEL 025-290-4411",
        "certificates@niigata.example.jp",
        "https://eco.example.jp/",
    ]:
        assert squeezed(line) in page


def test_the_chambers_seal_is_printed_with_words_for_those_who_cannot_see_it() -> None:
    assert descriptions(sealed()) == ["新潟商工会議所の印影"]
    assert descriptions(registration()) == []


def test_a_seal_stands_over_the_end_of_the_chambers_name_and_over_nothing_else() -> None:
    page = pypdfium2.PdfDocument(sealed())[0]
    (picture,) = page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    left, bottom, right, top = picture.get_bounds()
    text = page.get_textpage()
    under = ""
    for index in range(text.count_chars()):
        starts, foot, ends, head = text.get_charbox(index)
        if starts < right and ends > left and foot < top and head > bottom:
            under += text.get_text_range(index, 1).strip()
    assert under in "新潟商工会議所"
    assert under.endswith("所")
    assert (right - left, top - bottom) == pytest.approx((56.7, 56.7), abs=0.5)


def test_a_certificate_with_a_seal_says_the_same_as_one_without() -> None:
    (with_seal,), (without,) = pages_of(sealed()), pages_of(registration())
    assert sorted(with_seal) == sorted(without)


def test_a_seal_that_was_not_handed_over_stops_the_paper() -> None:
    with pytest.raises(RenderingError):
        registration(seal="seal")


def test_the_signer_certificate_shows_everything_under_the_labels_of_the_manual() -> None:
    (page,) = pages_of(signer())
    for line in [
        "発行日：2024年11月14日",
        "貿易関係証明発給システム 署名登録証",
        "登録商工会議所 新潟商工会議所",
        "商工会議所番号 801",
        "貿易登録番号 801000005",
        "貿易登録有効期間 2026年11月14日",
        "社名 株式会社新潟CCI貿易",
        "署名者氏名(和文) 会議所 太郎",
        "署名者氏名(英文) Taro KAIGISHO",
        "役職(英文) Manager, Export Department",
        "E-Mail taro@niigata-cci.example.jp",
        "ユーザーID X0qFBLTmNkhG",
        "パスワード Pq8XYdTXYPab",
        "署名(Signature)",
        "※ 署名（Signature）欄のサインは、当該サイナーの申請により発給される証明書の輸出者宣誓欄"
        "（Declaration by the Exporter）に印字されます。",
        "パスワードは、初回出力の当日のみ印字されます。",
    ]:
        assert squeezed(line) in page


@pytest.mark.parametrize("value", ["uBoKtvlEe8JM", "1lI0O8B5SZ2i", "WWWWMMMMWWWW", "iiiillll1111", "801000005-ab"])
def test_ids_and_passwords_are_one_word_to_those_who_copy_them(value: str) -> None:
    other = value[::-1] + "x"
    for pdf in (registration(administrator_id=value, initial_password=other), signer(user_id=value, password=other)):
        words = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded().split()
        assert words.count(value) == words.count(other) == 1


def test_a_hidden_password_is_three_stars() -> None:
    (page,) = pages_of(signer(password="***"))
    assert "パスワード***署名(Signature)" in page
    assert "Pq8XYdTXYPab" not in page


def test_each_signer_has_a_page_of_their_own_in_the_given_order() -> None:
    people = [{**SIGNER, "name": f"署名者{number}番", "specimen": None} for number in range(1, 6)]
    papers = pages_of(render("signer_certificate", signers(*people), dated=NOON))
    assert len(papers) == 5
    for number, paper in enumerate(papers, start=1):
        assert f"署名者{number}番" in paper


def test_a_document_without_signers_is_refused() -> None:
    with pytest.raises(RenderingError, match="no signer"):
        render("signer_certificate", signers(), dated=NOON)


def test_the_specimen_is_printed_with_words_for_those_who_cannot_see_it() -> None:
    assert "/Figure" in structure(signer())
    assert descriptions(signer()) == ["登録された署名（会議所 太郎）"]
    assert dark_area(signer()) > dark_area(signer(specimen=None)) + 500


def test_a_signer_without_specimen_has_a_box_that_says_so() -> None:
    assert "サイン登録なし" in pages_of(signer(specimen=None))[0]
    assert "サイン登録なし" not in pages_of(signer())[0]


def test_a_specimen_that_was_not_handed_over_stops_the_paper() -> None:
    with pytest.raises(RenderingError):
        render("signer_certificate", signers(SIGNER), pictures={}, dated=NOON)


@pytest.mark.parametrize("make", [registration, sealed])
def test_long_texts_fit_on_the_registration_certificate_without_a_loss(make: Any) -> None:
    addressee = {"postal_code": "950-0078", "address": LONG_NAME, "company": LONG_NAME}
    texts = {"company_name": LONG_NAME, "company_name_en": LONG_NAME_EN, "address_en": ONE_WORD}
    (page,) = pages_of(make(addressee=addressee, chamber=LONG_CHAMBER, **texts))
    for text in (*texts.values(), LONG_NAME + "御中", LONG_EMAIL, LONG_CHAMBER["name"], LONG_CHAMBER["name_en"]):
        assert squeezed(text) in page


def test_long_texts_fit_on_the_signer_certificate_without_a_loss() -> None:
    texts = {"name": LONG_NAME, "name_en": LONG_NAME_EN, "title_en": ONE_WORD, "email": LONG_EMAIL}
    data = signers({**SIGNER, **texts}, company_name=LONG_NAME, chamber=LONG_CHAMBER)
    (page,) = pages_of(render("signer_certificate", data, pictures={"taro": specimen(200, 900)}, dated=NOON))
    for text in (*texts.values(), LONG_CHAMBER["name"]):
        assert squeezed(text) in page


@pytest.mark.parametrize("field", ["company_name", "company_name_en", "address_en", "administrator_id"])
def test_a_text_that_fits_at_no_size_stops_the_paper(field: str) -> None:
    with pytest.raises(RenderingError, match=f"{field} does not fit its place"):
        registration(**{field: "貿W" * 2000})


@pytest.mark.parametrize("character", [*"W/)]。「々ーゝ—…가", "か\u3099", "葛\U000e0101"])
def test_a_text_without_a_place_to_break_stays_inside_the_frame(character: str) -> None:
    text = character * 100
    pdf = registration(company_name=text, company_name_en=text, address_en=text)
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    boxes = [page.get_charbox(index) for index in range(page.count_chars())]
    assert max(right for _, _, right, _ in boxes) < LEFT_AND_RIGHT_OF_FRAME[1]
    assert pages_of(pdf)[0].count(character) >= 300
