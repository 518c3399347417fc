import io
import math
import random
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from demo.handwriting import draw_signature
from documents import picture_process
from documents.cutouts import INK_COLOUR, SEAL_SIZE, SIGNATURE_SIZE, Unfit
from documents.pictures import PictureRefused
from documents.specimens import Reason, SpecimenError, clean, clean_seal

WHITE, CREAM = (255, 255, 255), (238, 236, 228)
BLACK, BLUE, PENCIL, FAINT = (30, 30, 34), (44, 62, 150), (150, 150, 150), (178, 178, 178)


def handwriting(width: int, pen: float) -> Image.Image:
    """The mask of a name in loops with a dot and a flourish, three times as wide as high, drawn by an even pen."""
    scale = 3
    mask = Image.new("L", (width * scale, width // 3 * scale))
    draw = ImageDraw.Draw(mask)
    unit, thick = width * scale, max(1, round(pen * scale))
    for letter in range(9):
        left, high = 0.06 + letter * 0.09, 0.1 if letter % 4 == 0 else 0.045
        turns = [2 * math.pi * step / 60 for step in range(61)]
        loop = [(left + 0.014 * t + 0.03 * math.sin(t), 0.2 - high * (1 - math.cos(t)) / 2) for t in turns]
        draw.line([(x * unit, y * unit) for x, y in loop], 255, thick, joint="curve")
    dot = 0.11 * unit, 0.06 * unit
    draw.ellipse((*dot, dot[0] + 2 * thick, dot[1] + 2 * thick), 255)
    flourish = [(0.06 + 0.8 * t, 0.26 - 0.02 * math.sin(8 * t) * (1 - t)) for t in [step / 80 for step in range(81)]]
    draw.line([(x * unit, y * unit) for x, y in flourish], 255, thick, joint="curve")
    return mask.reduce(scale)


def paper(size: tuple[int, int], colour: tuple[int, int, int] = CREAM) -> Image.Image:
    return Image.new("RGB", size, colour)


def written(size: tuple[int, int], strokes: Image.Image, ink: tuple[int, int, int]) -> Image.Image:
    """The strokes in the middle of a sheet."""
    sheet = paper(size)
    sheet.paste(ink, ((size[0] - strokes.width) // 2, (size[1] - strokes.height) // 2), strokes)
    return sheet


def grainy(picture: Image.Image, sigma: float = 7) -> Image.Image:
    grain = Image.effect_noise(picture.size, sigma)
    return ImageChops.add(picture, Image.merge("RGB", [grain] * 3), offset=-128)


def lit_from_a_corner(picture: Image.Image, darkest: float) -> Image.Image:
    slope = Image.linear_gradient("L").rotate(35, resample=Image.Resampling.BICUBIC).crop((46, 46, 210, 210))
    light = slope.resize(picture.size).point(lambda level: int(255 * darkest + level * (1 - darkest)))
    return ImageChops.multiply(picture, Image.merge("RGB", [light] * 3))


def shadowed(picture: Image.Image, corners: list[tuple[int, int]], dark: float, blur: float) -> Image.Image:
    shadow = Image.new("L", picture.size, 255)
    ImageDraw.Draw(shadow).polygon(corners, round(255 * dark))
    return ImageChops.multiply(picture, Image.merge("RGB", [shadow.filter(ImageFilter.GaussianBlur(blur))] * 3))


def png(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def jpeg(picture: Image.Image, **options: object) -> bytes:
    content = io.BytesIO()
    picture.save(content, "JPEG", **{"quality": 80, **options})
    return content.getvalue()


def opened(specimen: bytes) -> Image.Image:
    return Image.open(io.BytesIO(specimen), formats=["PNG"])


def share_of(part: Image.Image, whole: Image.Image) -> float:
    """Of the pixels of one mask, the share that another has, too."""
    return ImageChops.darker(part, whole).histogram()[255] / whole.histogram()[255]


def lost_and_added(specimen: bytes, strokes: Image.Image) -> tuple[float, float]:
    """The shares of the strokes that the specimen lacks and of the specimen that is no stroke, but for their edges."""
    expected = strokes.point(lambda level: 255 * (level > 127))
    found = opened(specimen).getchannel("A").point(lambda level: 255 * (level > 60))
    found, expected = found.crop(found.getbbox()), expected.crop(expected.getbbox())
    found = found.resize(expected.size, Image.Resampling.NEAREST)
    slack = ImageFilter.MaxFilter(2 * max(1, max(expected.size) // 180) + 1)
    return 1 - share_of(found.filter(slack), expected), 1 - share_of(expected.filter(slack), found)


def assert_only(specimen: bytes, strokes: Image.Image) -> None:
    lost, added = lost_and_added(specimen, strokes)
    assert lost < 0.02
    assert added < 0.02


def in_a_frame(sheet: Image.Image) -> Image.Image:
    ImageDraw.Draw(sheet).rectangle((12, 10, sheet.width - 10, sheet.height - 12), outline=BLACK, width=4)
    return sheet


def scanned() -> tuple[bytes, Image.Image]:
    strokes = handwriting(900, 5)
    return png(written((1000, 400), strokes, BLACK)), strokes


def photographed_in_blue() -> tuple[bytes, Image.Image]:
    strokes = handwriting(1800, 7)
    return jpeg(grainy(lit_from_a_corner(written((3200, 2400), strokes, BLUE), 0.4), 9)), strokes


def photographed_with_24_megapixels() -> tuple[bytes, Image.Image]:
    strokes = handwriting(3600, 14)
    return jpeg(grainy(lit_from_a_corner(written((5650, 4240), strokes, BLUE), 0.6), 6)), strokes


def photographed_with_a_telephone_that_films() -> tuple[bytes, Image.Image]:
    strokes = handwriting(2400, 9)
    sheet = grainy(lit_from_a_corner(written((4032, 3024), strokes, BLUE), 0.5), 9)
    upload = jpeg(sheet, quality=93)
    assert 2 * 1024**2 < len(upload) < 6 * 1024**2
    return upload + b"\0\0\0\x18ftypmp42" + b"\xff\xda\0\x08" * 2_000_000, strokes


def in_pencil() -> tuple[bytes, Image.Image]:
    strokes = handwriting(1500, 4)
    return jpeg(grainy(written((1800, 900), strokes, PENCIL), 6)), strokes


def in_faint_pencil_and_dim_light() -> tuple[bytes, Image.Image]:
    strokes = handwriting(1500, 4)
    return jpeg(grainy(lit_from_a_corner(written((2400, 1200), strokes, FAINT), 0.5), 5)), strokes


def with_a_brush() -> tuple[bytes, Image.Image]:
    strokes = handwriting(2400, 42)
    return jpeg(grainy(written((2500, 900), strokes, BLACK))), strokes


def under_shadows_with_hard_edges() -> tuple[bytes, Image.Image]:
    strokes = handwriting(1500, 6)
    sheet = written((2400, 1400), strokes, BLUE)
    sheet = shadowed(sheet, [(0, 0), (1200, 0), (1050, 1400), (0, 1400)], 0.5, 8)
    return jpeg(grainy(shadowed(sheet, [(2400, 1400), (2250, 1400), (2400, 1100)], 0.3, 15))), strokes


def on_a_desk() -> tuple[bytes, Image.Image]:
    strokes = handwriting(1500, 7)
    desk = grainy(Image.new("RGB", (3000, 2200), (92, 64, 48)), 20)
    desk.paste(written((2300, 1600), strokes, BLUE), (400, 250))
    return jpeg(grainy(lit_from_a_corner(desk, 0.6))), strokes


def in_a_frame_at_the_edge() -> tuple[bytes, Image.Image]:
    strokes = handwriting(1200, 5)
    return jpeg(grainy(in_a_frame(written((1400, 560), strokes, BLACK)))), strokes


def in_a_frame_scanned_askew() -> tuple[bytes, Image.Image]:
    strokes = handwriting(1200, 5)
    sheet = in_a_frame(written((1400, 560), strokes, BLACK))
    turned = sheet.rotate(0.8, Image.Resampling.BICUBIC, fillcolor=CREAM)
    return jpeg(grainy(turned)), strokes.rotate(0.8, Image.Resampling.BICUBIC)


def in_a_frame_away_from_the_edge() -> tuple[bytes, Image.Image]:
    strokes = handwriting(1300, 7)
    sheet = written((2400, 1600), strokes, BLUE)
    ImageDraw.Draw(sheet).rectangle((400, 420, 2000, 1160), outline=BLACK, width=5)
    return jpeg(grainy(lit_from_a_corner(sheet, 0.6))), strokes


def on_a_ruled_line_at_the_side_of_a_form() -> tuple[bytes, Image.Image]:
    strokes = handwriting(1200, 5)
    sheet = written((1400, 560), strokes, BLACK)
    lines = ImageDraw.Draw(sheet)
    lines.line((-10, 490, 1410, 499), (90, 90, 90), 3)
    lines.line((4, 0, 4, 560), BLACK, 7)
    return png(sheet), strokes


def in_a_notebook() -> tuple[bytes, Image.Image]:
    strokes = handwriting(1600, 7)
    sheet = paper((3000, 2200))
    for row in range(100, 2200, 180):
        ImageDraw.Draw(sheet).line((0, row, 3000, row + 40), (150, 180, 210), 5)
    sheet.paste(BLUE, (700, 830), strokes)
    return jpeg(grainy(sheet)), strokes


def among_specks() -> tuple[bytes, Image.Image]:
    strokes = handwriting(1200, 6)
    sheet = written((1600, 900), strokes, BLUE)
    chance = random.Random(1)
    for _ in range(200):
        x, y = chance.randrange(1600), chance.randrange(900)
        ImageDraw.Draw(sheet).ellipse((x, y, x + 2, y + 2), (90, 90, 90))
    return jpeg(grainy(sheet)), strokes


def drawn_on_a_transparent_ground() -> tuple[bytes, Image.Image]:
    drawing = draw_signature("新潟")
    return drawing, opened(drawing).getchannel("A")


SHEETS: list[Callable[[], tuple[bytes, Image.Image]]] = [
    scanned,
    photographed_in_blue,
    photographed_with_24_megapixels,
    photographed_with_a_telephone_that_films,
    in_pencil,
    in_faint_pencil_and_dim_light,
    with_a_brush,
    under_shadows_with_hard_edges,
    on_a_desk,
    in_a_frame_at_the_edge,
    in_a_frame_scanned_askew,
    in_a_frame_away_from_the_edge,
    on_a_ruled_line_at_the_side_of_a_form,
    in_a_notebook,
    among_specks,
    drawn_on_a_transparent_ground,
]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.__name__)
def test_of_a_picture_the_strokes_remain_and_nothing_else(sheet: Callable[[], tuple[bytes, Image.Image]]) -> None:
    upload, strokes = sheet()
    assert_only(clean(upload), strokes)


def test_a_specimen_is_dark_ink_with_soft_edges_on_a_transparent_ground() -> None:
    specimen = opened(clean(photographed_in_blue()[0]))
    assert specimen.mode == "RGBA"
    assert set(specimen.convert("RGB").get_flattened_data()) == {INK_COLOUR}
    levels = specimen.getchannel("A").histogram()
    assert levels[0] > sum(levels) / 2
    assert levels[255] > sum(levels) / 100
    assert sum(levels[60:200]) > 100


def test_a_specimen_fills_its_size_but_for_a_small_margin() -> None:
    specimen = opened(clean(photographed_in_blue()[0]))
    assert specimen.width == SIGNATURE_SIZE[0]
    assert specimen.height <= SIGNATURE_SIZE[1]
    left, top, right, bottom = specimen.getchannel("A").point(lambda level: 255 * (level > 60)).getbbox()
    margins = left, top, specimen.width - right, specimen.height - bottom
    assert min(margins) > 0
    assert max(margins) < 40


def test_a_specimen_keeps_its_proportions() -> None:
    strokes = handwriting(900, 5).rotate(90, expand=True)
    specimen = clean(png(written((500, 1000), strokes, BLACK)))
    assert opened(specimen).height == SIGNATURE_SIZE[1]
    assert_only(specimen, strokes)


def test_a_small_picture_is_enlarged_to_twice_its_size_and_no_more() -> None:
    upload = png(written((300, 120), handwriting(280, 2), BLACK))
    assert 400 < opened(clean(upload)).width < 560


def test_a_photograph_taken_upright_is_turned_as_its_camera_says() -> None:
    strokes = handwriting(1400, 6)
    lying = Image.Exif()
    lying[0x0112] = 6
    sideways = written((1600, 800), strokes, BLUE).transpose(Image.Transpose.ROTATE_90)
    assert_only(clean(jpeg(sideways, exif=lying)), strokes)


def test_a_signature_cut_off_by_the_edge_is_not_taken_for_a_frame() -> None:
    strokes = handwriting(900, 6)
    box = strokes.getbbox()
    cut = strokes.crop((box[0] + 6, box[1], box[2] - 6, box[3] - 3))
    assert_only(clean(png(written(cut.size, cut, BLUE))), cut)


def test_a_straight_stroke_from_edge_to_edge_of_a_close_cut_is_no_ruled_line() -> None:
    strokes = Image.new("L", (500, 200))
    draw = ImageDraw.Draw(strokes)
    draw.rectangle((20, 30, 180, 160), outline=255, width=8)
    draw.line((20, 95, 180, 95), 255, 8)
    draw.line((100, 30, 100, 160), 255, 8)
    draw.rectangle((300, 40, 480, 130), outline=255, width=8)
    draw.line((390, 0, 390, 200), 255, 8)
    assert_only(clean(png(written(strokes.size, strokes, BLACK))), strokes)


def test_a_flourish_that_underlines_the_name_is_no_ruled_line() -> None:
    strokes = handwriting(900, 5)
    tight = strokes.crop(strokes.getbbox())
    assert_only(clean(png(written((tight.width + 30, tight.height + 30), tight, BLACK))), tight)


def test_nothing_of_the_upload_is_kept_but_the_strokes() -> None:
    camera = Image.Exif()
    camera[0x010F] = "SECRET CAMERA"
    upload = jpeg(written((1000, 400), handwriting(900, 5), BLACK), exif=camera, comment=b"SECRET PLACE")
    assert upload.count(b"SECRET") == 2
    specimen = clean(upload)
    assert b"SECRET" not in specimen
    assert chunks_of(specimen) == {b"IHDR", b"IDAT", b"IEND"}


def chunks_of(content: bytes) -> set[bytes]:
    found, at = set(), 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        found.add(content[at + 4 : at + 8])
        at += length + 12
    return found


def test_a_clean_specimen_can_be_cleaned_again() -> None:
    upload, strokes = scanned()
    assert_only(clean(clean(upload)), strokes)


def header_of_a_flood() -> bytes:
    """A PNG of 100,000 × 100,000 pixels in a hundred bytes."""
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def saved_as(form: str) -> bytes:
    content = io.BytesIO()
    written((1000, 400), handwriting(900, 5), BLACK).save(content, form)
    return content.getvalue()


def of_endless_scans() -> bytes:
    """A JPEG of a few kilobytes that takes a decoder as long as many pictures."""
    whole = jpeg(written((1000, 400), handwriting(900, 5), BLACK).convert("L"), progressive=True)
    head, *scans = whole.split(b"\xff\xda")
    return b"\xff\xda".join([head, *scans[:-1], *[min(scans, key=len)] * 200, scans[-1]])


def texture(size: tuple[int, int] = (1200, 900)) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise(size, 90) for _ in range(3)])


FILES = {
    "empty": (b"", Reason.FORMAT),
    "text": (b"signature", Reason.FORMAT),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Reason.FORMAT),
    "gif": (saved_as("GIF"), Reason.FORMAT),
    "bmp": (saved_as("BMP"), Reason.FORMAT),
    "webp": (saved_as("WEBP"), Reason.FORMAT),
    "heic": (b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + bytes(1000), Reason.HEIF),
    "more than 10 MB": (png(texture((2200, 2200))), Reason.BYTES),
    "more than 24 megapixels": (png(paper((4900, 4900))), Reason.PIXELS),
    "one column": (png(Image.new("1", (1, 20_000))), Reason.PIXELS),
    "flood": (header_of_a_flood(), Reason.PIXELS),
    "half a PNG": (saved_as("PNG")[:5000], Reason.BROKEN),
    "half a JPEG": (saved_as("JPEG")[:5000], Reason.BROKEN),
    "PNG header only": (b"\x89PNG\r\n\x1a\n", Reason.BROKEN),
    "JPEG of endless scans": (of_endless_scans(), Reason.BROKEN),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("verb", [clean, clean_seal])
def test_a_file_that_is_no_fit_picture_is_refused(verb: Callable[[bytes], bytes], name: str) -> None:
    upload, reason = FILES[name]
    with pytest.raises(SpecimenError) as refused:
        verb(upload)
    assert refused.value.reason is reason


def circles() -> Image.Image:
    chance = random.Random(3)
    picture = paper((1200, 900), (0, 0, 0))
    for _ in range(400):
        x, y, wide = chance.randrange(1200), chance.randrange(900), chance.randrange(20, 200)
        colour = tuple(chance.randrange(256) for _ in range(3))
        ImageDraw.Draw(picture).ellipse((x, y, x + wide, y + wide), colour)
    return picture


def tiny() -> Image.Image:
    return written((900, 400), handwriting(50, 1.5), BLACK)


def in_negative() -> Image.Image:
    sheet = paper((900, 400), (20, 20, 20))
    sheet.paste(WHITE, (0, 50), handwriting(900, 5))
    return sheet


def stripes() -> Image.Image:
    sheet = paper((900, 600), WHITE)
    for x in range(0, 900, 40):
        ImageDraw.Draw(sheet).rectangle((x, 0, x + 24, 600), BLACK)
    return sheet


UNFIT: list[tuple[str, Callable[[], Image.Image], Reason]] = [
    ("bare paper", lambda: paper((800, 400)), Reason.BLANK),
    ("bare paper in a photograph", lambda: grainy(lit_from_a_corner(paper((1600, 900)), 0.4), 9), Reason.BLANK),
    ("one pixel", lambda: paper((1, 1)), Reason.BLANK),
    ("one row", lambda: paper((9000, 1)), Reason.BLANK),
    ("an empty frame", lambda: in_a_frame(paper((1400, 560))), Reason.BLANK),
    ("something colourful", circles, Reason.CROWDED),
    ("in negative", in_negative, Reason.CROWDED),
    ("texture", texture, Reason.CROWDED),
    ("stripes", stripes, Reason.CROWDED),
    ("too small", tiny, Reason.SMALL),
]


@pytest.mark.parametrize(("picture", "reason"), [case[1:] for case in UNFIT], ids=[case[0] for case in UNFIT])
def test_a_picture_of_something_else_is_refused(picture: Callable[[], Image.Image], reason: Reason) -> None:
    with pytest.raises(SpecimenError) as refused:
        clean(jpeg(picture()))
    assert refused.value.reason is reason


@pytest.mark.parametrize("verb", [clean, clean_seal])
def test_every_refusal_says_what_to_do(verb: Callable[[bytes], bytes]) -> None:
    uploads = [upload for upload, _ in FILES.values()] + [png(picture()) for _, picture, _ in UNFIT]
    messages = {}
    for upload in uploads:
        try:
            verb(upload)
        except SpecimenError as error:
            messages[error.reason] = str(error.message)
    assert set(messages) == set(Reason) - {Reason.BUSY}
    assert all(message.endswith("ください。") for message in messages.values())
    assert "10MB" in messages[Reason.BYTES]
    assert "2400万画素" in messages[Reason.PIXELS]
    assert "JPEG" in messages[Reason.HEIF]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    strokes = handwriting(900, 5)
    grey = ImageChops.invert(strokes)
    if mode == "I;16":
        picture = grey.convert("I").point(lambda level: level * 257).convert("I;16")
    else:
        picture = grey.convert("RGB").convert(mode)
    assert_only(clean(png(picture)), strokes)


@pytest.mark.parametrize("mode", ["L", "CMYK", "YCbCr"])
def test_every_kind_of_jpeg_is_read(mode: str) -> None:
    upload, strokes = scanned()
    assert_only(clean(jpeg(opened(upload).convert(mode))), strokes)


def test_a_palette_with_a_transparent_colour_is_read_on_white() -> None:
    strokes = handwriting(900, 5)
    drawing = strokes.point(lambda level: level > 127).convert("P")
    content = io.BytesIO()
    drawing.putpalette([0, 0, 0, *BLUE] + [0] * 750)
    drawing.save(content, "PNG", transparency=0)
    assert_only(clean(content.getvalue()), strokes)


# As the confined process does them, without starting one for each example.
TASKS = (picture_process.signature, picture_process.seal)
SMALL_PNG = png(written((200, 80), handwriting(180, 2), BLACK))
SMALL_JPEG = jpeg(written((200, 80), handwriting(180, 2), BLACK))


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200), st.sampled_from([b"", SMALL_PNG[:8], SMALL_PNG[:60], SMALL_JPEG[:3], SMALL_JPEG[:300]]))
def test_random_bytes_are_refused(noise: bytes, start: bytes) -> None:
    for task in TASKS:
        with pytest.raises((PictureRefused, Unfit)):
            task(start + noise)


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from([SMALL_PNG, SMALL_JPEG]),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=5),
)
def test_a_damaged_picture_is_cleaned_or_refused(whole: bytes, damages: list[tuple[int, int]]) -> None:
    damaged = bytearray(whole)
    for place, byte in damages:
        damaged[place % len(damaged)] = byte
    for task in TASKS:
        with suppress(PictureRefused, Unfit):
            opened(task(bytes(damaged))).load()


VERMILION = (205, 45, 35)


def seal(size: int = 800, ground: tuple[int, int, int] = WHITE) -> Image.Image:
    picture = paper((size, size), ground)
    draw = ImageDraw.Draw(picture)
    edge, wide = size // 12, size // 30
    draw.rectangle((edge, edge, size - edge, size - edge), outline=VERMILION, width=wide)
    for place in range(2, 10):
        draw.line((place * size // 11, 2 * edge, place * size // 11, size - 2 * edge), VERMILION, wide)
    return picture


def on_white(specimen: bytes) -> Image.Image:
    picture = opened(specimen)
    white = paper(picture.size, WHITE)
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def average(picture: Image.Image, mask: Image.Image) -> list[float]:
    return [
        sum(level * count for level, count in enumerate(levels)) / sum(levels)
        for levels in (channel.histogram(mask) for channel in picture.split())
    ]


@pytest.mark.parametrize(
    "upload",
    [
        png(seal()),
        jpeg(grainy(seal(ground=CREAM)), quality=92),
        jpeg(grainy(lit_from_a_corner(seal(2000, CREAM), 0.6)), quality=92),
    ],
    ids=["scan", "on cream paper", "photograph"],
)
def test_a_seal_keeps_its_colour_on_a_transparent_ground(upload: bytes) -> None:
    cut_out = clean_seal(upload)
    assert opened(cut_out).size == SEAL_SIZE
    opacity = opened(cut_out).getchannel("A")
    levels = opacity.histogram()
    assert sum(levels[:40]) > 0.4 * sum(levels)
    opaque = opacity.point(lambda level: 255 * (level > 250))
    assert average(on_white(cut_out), opaque) == pytest.approx(VERMILION, abs=30)


def test_a_seal_is_cropped_and_never_enlarged() -> None:
    sheet = paper((1600, 1200), WHITE)
    sheet.paste(seal(300), (200, 200))
    assert 240 < opened(clean_seal(png(sheet))).width < 300


def test_a_seal_on_a_transparent_ground_is_taken() -> None:
    drawn = seal().convert("RGBA")
    drawn.putalpha(ImageChops.invert(seal().getchannel("G")))
    assert opened(clean_seal(png(drawn))).size == SEAL_SIZE


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (paper((300, 300), WHITE), Reason.BLANK),
        (paper((300, 300), (20, 20, 20)), Reason.CROWDED),
        (seal(40), Reason.SMALL),
    ],
    ids=["blank", "dark", "small"],
)
def test_a_picture_without_a_fit_seal_is_refused(picture: Image.Image, reason: Reason) -> None:
    with pytest.raises(SpecimenError) as refused:
        clean_seal(png(picture))
    assert refused.value.reason is reason
