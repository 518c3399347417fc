"""The fonts on paper. They come with Python packages, so that every machine prints the same page."""

from importlib.resources import files
from pathlib import Path

FAMILIES = frozenset({"Noto Sans CJK JP", "Source Sans Pro"})

_LATIN = Path(str(files("font_source_sans_pro"))) / "files"

# Each with its Latin companion, which has the European letters that the Japanese font lacks.
REGULAR = (
    Path(str(files("noto_cjk_sans_jp_regular"))) / "NotoSansCJKjp-Regular.otf",
    _LATIN / "SourceSansPro-Regular.otf",
)
BOLD = (Path(str(files("noto_cjk_sans_jp_bold"))) / "NotoSansCJKjp-Bold.otf", _LATIN / "SourceSansPro-Bold.otf")

FOLDERS = tuple(dict.fromkeys(font.parent for font in REGULAR + BOLD))
