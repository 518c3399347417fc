"""Our Japanese font with TrueType outlines, because ReportLab reads no others: made once and kept."""

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont


def truetype(source, kept):
    """The path of the font with the characters of JIS X 0208; ``kept`` is the folder for it."""
    file = kept / source.with_suffix(".ttf").name
    if not file.is_file():
        kept.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".new")
        _convert(TTFont(source), file.stem, unfinished)
        unfinished.rename(file)
    return file


def _convert(font, name, file):
    glyphs, cmap = font.getGlyphSet(), font.getBestCmap()
    cmap = {code: cmap[code] for code in sorted(_characters()) if code in cmap}
    order = [".notdef", *dict.fromkeys(cmap.values())]
    builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(cmap)
    builder.setupGlyf({each: _outline(glyphs[each], glyphs) for each in order})
    builder.setupHorizontalMetrics({each: font["hmtx"][each] for each in order})
    builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    builder.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name, "fullName": name})
    builder.setupOS2(
        sTypoAscender=font["hhea"].ascent,
        sTypoDescender=font["hhea"].descent,
        usWeightClass=font["OS/2"].usWeightClass,
        sCapHeight=733,
    )
    builder.setupPost()
    builder.save(file)


def _outline(glyph, glyphs):
    pen = TTGlyphPen(glyphs)
    glyph.draw(Cu2QuPen(pen, max_err=1.0, reverse_direction=True))
    return pen.glyph()


def _characters():
    yield from range(0x20, 0x7F)
    for row in range(0xA1, 0xF5):
        for cell in range(0xA1, 0xFF):
            try:
                yield ord(bytes([row, cell]).decode("euc_jp"))
            except UnicodeDecodeError:
                continue
