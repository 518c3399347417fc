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
# Letters, marks and symbols by category, yet nothing is seen of them: combining grapheme joiner, Hangul fillers, Khmer
# inherent vowels, braille blank, Mongolian variation selectors.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_EMOJI_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
_KANJI_SELECTORS = frozenset(map(chr, range(0xE0100, 0xE01F0)))
# The signs of a lost object and of text that was decoded wrongly.
_SPOILT = frozenset("\ufffc\ufffd")


def is_hidden(character: str) -> bool:
    """Whether the character is a control, cannot be seen, or makes its neighbours read otherwise than they are stored."""
    category = unicodedata.category(character)
    if category == "Zs":
        return character not in _SPACES
    return category in _FORBIDDEN_CATEGORIES or character in _INVISIBLE or character in _EMOJI_SELECTORS


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
        if character in _KANJI_SELECTORS:
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
    return not is_hidden(character) and character not in _SPOILT


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
