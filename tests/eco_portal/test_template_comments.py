"""What Django's templates do with a comment that does not end on its line: they print it."""

import re
from pathlib import Path

from devtools.environment import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))


def unended_comments(file: Path) -> list[str]:
    lines = file.read_text().split("\n") if file.suffix in (".html", ".txt") else []
    return [line for line in lines if re.search(r"\{#(?!.*#\})", line)]


def test_every_comment_ends_on_its_line() -> None:
    assert TEMPLATES
    assert [(file.name, found) for file in TEMPLATES if (found := unended_comments(file))] == []
