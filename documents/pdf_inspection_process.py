"""Reads the PDF on standard input and answers its number of pages, or a word of Refused. A program: uploads runs it apart.

    python -m documents.pdf_inspection_process

It imports no Django, so that it starts in two tenths of a second.
"""

import io
import re
import sys
from collections.abc import Iterator
from enum import StrEnum

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from documents.apart import confine


class Refused(StrEnum):
    """Why a PDF is not taken."""

    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    ACTIVE = "active"


# What a click may do: go to a page of the same document, or open a web page after the reader's own question.
_CLICKS = {"/GoTo", "/URI", "/Named"}
_NAMED = {"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"}
_WEB = re.compile(rb"(?i)https?:")
# Or a path beside the document: no "//" in it, which a viewer takes for another server's name, and nothing that some viewers
# leave out on the way to reading one: blanks in front, controls, byte-order marks (UTF-16 has controls), "\\" for "/".
_HARMLESS_ADDRESS = re.compile(
    rb"(?i)(?:(?:https?|mailto|tel):"
    rb"|(?!\x20|\xef\xbb\xbf)[^\x00-\x1f\x7f:\\/?#]*(?:/(?!/)[^\x00-\x1f\x7f\\/?#]*)*(?:[?#][^\x00-\x1f\x7f\\]*)?\Z)"
)
# Wherever they stand: actions, annotations and files that do more than show a page.
_ACTIONS = {
    *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Movie", "/Sound", "/Rendition"),
    *("/RichMediaExecute", "/GoTo3DView", "/Hide", "/ResetForm"),
}
_SUBTYPES = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
_TYPES = {"/EmbeddedFile"}
_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/Collection", "/RichMediaContent"}
_CLICK_KEYS = ("/A", "/PA", "/Next")


def main() -> None:
    confine()
    sys.stdout.write(str(inspect(sys.stdin.buffer.read())))


def inspect(content: bytes) -> int | Refused:
    """The number of pages, or why the PDF is refused."""
    try:
        # Without recovery: what one reader has to guess, another guesses differently.
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, inherit_page_attributes=False) as pdf:
            if pdf.is_encrypted:
                return Refused.ENCRYPTED
            if any(map(_is_active, _dictionaries(pdf))):
                return Refused.ACTIVE
            # Before the pages are counted: what is amiss with a page itself is no matter of reading.
            if pdf.get_warnings():
                return Refused.BROKEN
            return len(pdf.pages) or Refused.BROKEN
    except pikepdf.PasswordError:
        return Refused.ENCRYPTED


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Dictionary | Stream]:
    """Every dictionary of the file, whether a page leads to it or not."""
    waiting: list[object] = [pdf.trailer, *pdf.objects]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Stream | Dictionary):
            yield found
            waiting += (value for _, value in found.items() if _is_inside(value))
        elif isinstance(found, Array):
            waiting += (value for value in found if _is_inside(value))


def _is_inside(value: object) -> bool:
    """Whether the value stands in its container itself; what it refers to comes by itself."""
    return isinstance(value, Object) and not value.is_indirect


def _is_active(found: Dictionary | Stream) -> bool:
    keys = set(found.keys())
    return (
        not keys.isdisjoint(_KEYS)
        or _name(found, "/S") in _ACTIONS
        or _name(found, "/Subtype") in _SUBTYPES
        or _name(found, "/Type") in _TYPES
        or not _starts_quietly(found)
        or not _is_harmless_base(found.get("/Base"))
        or not all(_is_harmless_click(found[key]) for key in _CLICK_KEYS if key in keys)
        # Content that lies outside of the file.
        or (isinstance(found, Stream) and not keys.isdisjoint({"/F", "/Ref"}))
    )


def _name(found: Dictionary | Stream, key: str) -> str | None:
    value = found.get(key)
    return str(value) if isinstance(value, Name) else None


def _starts_quietly(found: Dictionary | Stream) -> bool:
    """Whether nothing happens by itself but turning to a page: when the file is opened, a page turned, a field filled."""
    opening = found.get("/OpenAction")
    happenings = found.get("/AA")
    if happenings is not None and not isinstance(happenings, Dictionary):
        return False
    automatic = [value for _, value in happenings.items()] if happenings is not None else []
    if isinstance(opening, Dictionary):
        automatic.append(opening)
    return all(isinstance(it, Dictionary) and _name(it, "/S") == "/GoTo" and "/Next" not in it for it in automatic)


def _is_harmless_base(base: object) -> bool:
    """Where the document's relative links start from (its /URI dictionary): a place in the web, or nowhere else."""
    return not isinstance(base, pikepdf.String) or bool(_WEB.match(bytes(base)))


def _is_harmless_click(action: object) -> bool:
    """Whether it is one of the actions that a click may start, or no action: /A and /Next have other uses, too."""
    if isinstance(action, Array):
        return all(map(_is_harmless_click, action))
    if not isinstance(action, Dictionary) or "/S" not in action:
        return True
    kind = _name(action, "/S")
    if kind == "/URI":
        address = action.get("/URI")
        return isinstance(address, pikepdf.String) and bool(_HARMLESS_ADDRESS.match(bytes(address)))
    if kind == "/Named":
        return _name(action, "/N") in _NAMED
    return kind in _CLICKS


if __name__ == "__main__":
    main()
