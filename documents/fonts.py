"""The fonts on paper. They come with Python packages, so that every machine prints the same page."""

from importlib.resources import files
from pathlib import Path

FAMILIES = frozenset({"Noto Sans CJK JP", "Source Sans Pro"})

_JAPANESE = {
    weight: Path(str(files(f"noto_cjk_sans_jp_{weight.lower()}"))) / f"NotoSansCJKjp-{weight}.otf"
    for weight in ("Regular", "Bold")
}
_LATIN = {
    weight: Path(str(files("font_source_sans_pro"))) / "files" / f"SourceSansPro-{weight}.otf"
    for weight in ("Regular", "Bold")
}

# What one line of text may fall back on: the Latin companion has the European letters that the Japanese font lacks.
WEIGHTS = tuple((_JAPANESE[weight], _LATIN[weight]) for weight in ("Regular", "Bold"))
FOLDERS = tuple(dict.fromkeys(font.parent for fonts in WEIGHTS for font in fonts))
