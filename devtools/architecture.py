"""Which folder of the portal knows which: read from the code, drawn as a table."""

import ast
from collections.abc import Iterator
from pathlib import Path

from devtools.environment import ROOT, say

PICTURE = ROOT / "docs" / "architecture.svg"
# From the ground to the roof. Each may import itself and what stands before it; tests/test_imports.py fails otherwise.
ORDER = (
    *("documents", "foundation", "chambers", "audit", "mailing", "accounts", "email_verification"),
    *("trade_registration", "signers", "casework", "registration_cases", "desk", "demo", "eco_portal"),
)

_CELL, _LEFT, _TOP = 30, 150, 140
_INK, _SOFT, _LINE, _STRONG = "#1a1a1c", "#595959", "#d0d6e0", "#0017c1"


def architecture(arguments: list[str]) -> int:
    """Draws ``docs/architecture.svg`` anew."""
    PICTURE.write_text(drawn())
    say(f"{PICTURE.relative_to(ROOT)} is drawn.")
    return 0


def sources() -> list[Path]:
    """The files of the portal, without migrations."""
    return [file for app in ORDER for file in sorted((ROOT / app).rglob("*.py")) if "migrations" not in file.parts]


def imports_at_run_time(file: Path) -> list[str]:
    """What the file imports, as dotted names; without what is there for types alone."""
    tree = ast.parse(file.read_text())
    conditions = (node for node in ast.walk(tree) if isinstance(node, ast.If))
    types_alone = [node for node in conditions if ast.unparse(node.test) == "TYPE_CHECKING"]
    apart = {id(inner) for node in types_alone for inner in ast.walk(node)}
    return [name for node in ast.walk(tree) if id(node) not in apart for name in _imported_by(node)]


def _imported_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def folder_of(dotted: str) -> str | None:
    """The folder of the portal in which a dotted name lies; None for what is somebody else's."""
    app = dotted.partition(".")[0]
    return app if app in ORDER else None


def _uses() -> set[tuple[str, str]]:
    """Pairs of folders, of which a file in the first imports something of the second."""
    found = set()
    for file in sources():
        own = file.relative_to(ROOT).parts[0]
        found |= {(own, other) for other in map(folder_of, imports_at_run_time(file)) if other and other != own}
    return found


def drawn() -> str:
    """The table as SVG: a row for each folder, from the roof to the ground, a column for each that it might know. Where nothing
    is imported upwards, all dots are in one triangle."""
    rows, uses = list(reversed(ORDER)), _uses()
    width, height = (edge + _CELL * len(ORDER) + 50 for edge in (_LEFT, _TOP))
    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
        "<title>Which folder imports which</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for column, name in enumerate(ORDER):
        x = _LEFT + _CELL * (column + 0.5)
        pieces.append(f'<text transform="translate({x + 4} {_TOP - 8}) rotate(-60)" fill="{_SOFT}">{name}</text>')
    for row, name in enumerate(rows):
        pieces += _row(name, _TOP + _CELL * row, uses)
    return "\n".join([*pieces, "</svg>", ""])


def _row(name: str, top: int, uses: set[tuple[str, str]]) -> Iterator[str]:
    base = top + 20
    yield f'<text x="{_LEFT - 8}" y="{base}" text-anchor="end" fill="{_INK}">{name}</text>'
    for column, other in enumerate(ORDER):
        x = _LEFT + _CELL * column
        ground = _LINE if other == name else "#ffffff"
        yield f'<rect x="{x}" y="{top}" width="{_CELL}" height="{_CELL}" fill="{ground}" stroke="{_LINE}"/>'
        if (name, other) in uses:
            yield f'<circle cx="{x + _CELL / 2}" cy="{top + _CELL / 2}" r="5" fill="{_STRONG}"/>'
