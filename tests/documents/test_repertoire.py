import pytest

from documents.fonts import BOLD, REGULAR
from documents.repertoire import characters_of, unprintable, variants_of


@pytest.mark.parametrize(
    "text",
    [
        "",
        "株式会社新潟CCI貿易　万代島ビル7階",
        "髙﨑 𠮷田 辻 神",
        "Łódź Győr İzmir Škoda Việt Nam",
        "①②㈱〒℡ – — … “” ×½",
        "か\u3099",
    ],
)
def test_japanese_and_european_names_can_be_printed(text: str) -> None:
    assert unprintable(text) == []


@pytest.mark.parametrize(
    "character",
    [
        pytest.param("\n", id="line break"),
        pytest.param("\t", id="tab"),
        pytest.param("\x00", id="null"),
        pytest.param("\x85", id="C1 control"),
        pytest.param("\xa0", id="no-break space"),
        pytest.param("\xad", id="soft hyphen"),
        pytest.param("\u200b", id="zero width space"),
        pytest.param("\u202e", id="right-to-left override"),
        pytest.param("\u2066", id="isolate"),
        pytest.param("\ufeff", id="byte order mark"),
        pytest.param("\u3164", id="Hangul filler"),
        pytest.param("\ufffd", id="replacement character"),
        pytest.param("\ud800", id="lone surrogate"),
        pytest.param("\ue000", id="private use"),
        pytest.param("\U000e0041", id="tag"),
    ],
)
def test_what_cannot_be_seen_or_turns_the_text_is_refused(character: str) -> None:
    assert unprintable(f"東京{character}港") == [character]


@pytest.mark.parametrize("character", ["ก", "ب", "😀", "ञ"])
def test_a_character_that_no_font_shows_is_refused(character: str) -> None:
    assert unprintable(f"東京{character}港") == [character]


def test_refused_characters_are_named_once_and_in_order() -> None:
    assert unprintable("ข港ก東ขก") == ["ข", "ก"]


def test_a_variant_of_a_kanji_passes_when_the_font_has_the_pair() -> None:
    assert unprintable("葛\U000e0101城") == []


@pytest.mark.parametrize("text", ["a\U000e0100", "葛\U000e01ef", "\U000e0100", "葛\U000e0100\U000e0100"])
def test_a_variation_selector_without_its_kanji_is_refused(text: str) -> None:
    assert unprintable(text) == [text[-1]]


def test_bold_text_has_the_same_repertoire() -> None:
    for regular, bold in zip(REGULAR, BOLD, strict=True):
        assert characters_of(regular) == characters_of(bold)
        assert variants_of(regular) == variants_of(bold)
