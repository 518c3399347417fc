"""Variants and twins of kanji, of which people's names are made, on paper."""

from collections.abc import Callable
from pathlib import Path

import pytest

from documents.repertoire import unprintable
from documents.typesetting import render
from tests.documents.drawn import JAPANESE, kanji_of_their_own_shape, letters_of, pieces, shape_of
from tests.documents.papers import NEW_SIGNER, NOON, PLEDGE, specimen_notification, squeezed

REGULAR, BOLD = JAPANESE


def in_regular(texts: list[str]) -> bytes:
    return render("pledge", {**PLEDGE, "sheets": [{"kind": "申請者", "items": texts}]}, dated=NOON)


def in_bold(texts: list[str]) -> bytes:
    people = [{**NEW_SIGNER, "name": text} for text in texts]
    return render("specimen_notification", specimen_notification(*people), dated=NOON)


@pytest.mark.parametrize(("printed", "font"), [(in_regular, REGULAR), (in_bold, BOLD)])
def test_every_variant_and_twin_is_drawn_in_its_own_shape_and_read_as_typed(
    printed: Callable[[list[str]], bytes], font: Path
) -> None:
    """All of the font that a form takes, and each beside the letter that it is a variant of."""
    special = [kanji for kanji in kanji_of_their_own_shape(font) if not unprintable(kanji)]
    kanji = dict.fromkeys([*special, *(each[0] for each in special)])
    lines = ["".join(list(kanji)[at : at + 40]) for at in range(0, len(kanji), 40)]
    pdf = printed(lines)
    found = squeezed(letters_of(pdf))
    assert len(special) > 1700
    assert [line for line in lines if line not in found] == []
    drawn = {piece.text: piece for piece in pieces(pdf) if piece.text in kanji and piece.font.file == font}
    assert set(drawn) == set(kanji)
    wrong = [each for each, piece in drawn.items() if piece.shapes != [shape_of(each, font)]]
    assert wrong == []


@pytest.mark.parametrize("printed", [in_regular, in_bold])
def test_a_selector_of_the_usual_shape_draws_the_usual_shape_and_is_read_as_typed(
    printed: Callable[[list[str]], bytes],
) -> None:
    pdf = printed(["葛葛\U000e0101城", "葛葛\U000e0100城"])
    found = letters_of(pdf)
    assert "葛葛\U000e0101城" in found
    assert "葛葛\U000e0100城" in found
    usual, named, other = (
        next(piece.shapes for piece in pieces(pdf) if piece.text == text)
        for text in ("葛", "葛\U000e0101", "葛\U000e0100")
    )
    assert named == usual != other
