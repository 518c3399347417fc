"""Which characters our papers can bear: what the fonts show, less what misleads or cannot be seen."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from documents.fonts import REGULAR

# Control, formatting (bidirectional, zero width), surrogate, private use, unassigned, line and paragraph separators.
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SPACES = frozenset(" \u3000")
# Letters, marks and symbols that print as nothing, and the sign of text that was decoded wrongly.
_NEVER = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc\ufffd")
_VARIATION_SELECTORS = frozenset(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))


def unprintable(text: str) -> list[str]:
    """The characters of the text that no paper of ours can bear, in order, each once; empty when all is well.

    Refused are characters that our fonts lack, controls (line breaks too: ask for each line by itself),
    what is invisible or turns the direction of reading, and a variation selector whose pair with the character
    before it is not in the font.
    """
    return list(dict.fromkeys(_refused(text)))


def _refused(text: str) -> Iterator[str]:
    before = ""
    for character in text:
        if character in _VARIATION_SELECTORS:
            fine = (before, character) in _variants()
        else:
            fine = character in _characters()
        if not fine:
            yield character
        before = character


@cache
def _characters() -> frozenset[str]:
    """What the fonts show and the policy allows. The bold fonts have the same characters."""
    return frozenset(filter(_is_allowed, set[str]().union(*map(characters_of, REGULAR))))


@cache
def _variants() -> frozenset[tuple[str, str]]:
    """The pairs of character and variation selector that the Japanese font has a shape for."""
    japanese, _ = REGULAR
    return frozenset(variants_of(japanese))


def _is_allowed(character: str) -> bool:
    category = unicodedata.category(character)
    if category == "Zs":
        return character in _SPACES
    return category not in _FORBIDDEN_CATEGORIES and character not in _NEVER and character not in _VARIATION_SELECTORS


def characters_of(font: Path) -> set[str]:
    """The characters that the font file has a shape for."""
    with TTFont(font, lazy=True) as opened:
        return set(map(chr, opened.getBestCmap()))


def variants_of(font: Path) -> set[tuple[str, str]]:
    """The pairs of character and variation selector that the font file has a shape for."""
    with TTFont(font, lazy=True) as opened:
        return {
            (chr(character), chr(selector))
            for table in opened["cmap"].tables
            if table.format == 14
            for selector, entries in table.uvsDict.items()
            for character, _ in entries
        }
