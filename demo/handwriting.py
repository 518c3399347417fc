"""Drawn signatures for the example companies: black strokes on a transparent ground, as a cleaned scan is."""

import io
import math
import random
from itertools import pairwise

from PIL import Image, ImageDraw

_WIDTH, _HEIGHT, _SCALE = 900, 300, 2


def draw_signature(seed: str) -> bytes:
    """A PNG of 900 × 300 pixels; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 (a picture, not a secret)
    canvas = Image.new("RGBA", (_WIDTH * _SCALE, _HEIGHT * _SCALE), (255, 255, 255, 0))
    pen = ImageDraw.Draw(canvas)
    start = 60.0
    for _word in range(2):
        start = _word_of_loops(pen, chance, start) + 40
    _flourish(pen, chance, start)
    picture = io.BytesIO()
    canvas.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS).save(picture, "PNG")
    return picture.getvalue()


def _word_of_loops(pen: ImageDraw.ImageDraw, chance: random.Random, start: float) -> float:
    """A capital as a tall loop, then smaller ones; returns where the word ends."""
    x = start
    for letter in range(chance.randint(4, 6)):
        tall = 95.0 if letter == 0 else chance.uniform(22, 42) * (1.9 if chance.random() < 0.25 else 1)
        wide = chance.uniform(46, 62)
        steps = [i / 40 for i in range(41)]
        loop = [
            (
                x + wide * t + wide * 0.55 * math.sin(2 * math.pi * t),
                180 - tall * (1 - math.cos(2 * math.pi * t)) / 2 - 14 * math.sin(math.pi * t + letter),
            )
            for t in steps
        ]
        _stroke(pen, loop, chance.uniform(4.0, 6.0))
        x += wide
    return x


def _flourish(pen: ImageDraw.ImageDraw, chance: random.Random, end: float) -> None:
    low = 218 + chance.uniform(-8, 8)
    line = [
        (70 + (end - 40) * t, low - 22 * math.sin(2.6 * math.pi * t) * (1 - t)) for t in [i / 60 for i in range(61)]
    ]
    _stroke(pen, line, 3.5)


def _stroke(pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], width: float) -> None:
    """A line that is thinner where the pen goes up."""
    for (x0, y0), (x1, y1) in pairwise(points):
        pressure = width * (0.72 + 0.28 * math.tanh((y1 - y0) / 3))
        for part in range(9):
            x, y = x0 + (x1 - x0) * part / 8, y0 + (y1 - y0) * part / 8
            r = pressure / 2
            box = [(x - r) * _SCALE, (y - r) * _SCALE, (x + r) * _SCALE, (y + r) * _SCALE]
            pen.ellipse(box, fill=(20, 24, 60, 255))
