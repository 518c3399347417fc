"""ReportLab, drawn on its canvas, which costs less than composing flowables."""

import base64
import io
import json
import os
import time
from pathlib import Path

from reportlab import rl_config
from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks.conversation import answer
from benchmarks.peers.papers.truetype import truetype

rl_config.useA85 = 0  # ASCII instead of bytes would only cost

_FONTS = {name: Path(path) for name, path in json.loads(os.environ["PAPER_FONTS"]).items()}
_KEPT = Path("var/bench/fonts")
REGULAR, BOLD, LATIN, CODE = "Japanese", "Japanese-Bold", "Latin", "Latin-SemiBold"
pdfmetrics.registerFont(TTFont(REGULAR, truetype(_FONTS["regular"], _KEPT)))
pdfmetrics.registerFont(TTFont(BOLD, truetype(_FONTS["bold"], _KEPT)))
pdfmetrics.registerFont(TTFont(LATIN, _FONTS["latin"]))
pdfmetrics.registerFont(TTFont(CODE, _FONTS["code"]))

NAVY, GREY, HAIRLINE = HexColor("#1d3b6f"), HexColor("#4a5568"), HexColor("#9fb0c8")
LABEL_GROUND, LABEL_INK, INK = HexColor("#f1f5fa"), HexColor("#23324d"), HexColor("#000000")
WIDTH, HEIGHT = A4
# The edges of the table's columns and rows, from the left and from the top.
COLUMNS = [each * mm for each in (24, 60, 106.5, 139.5, 186)]
ROWS = [HEIGHT - each * mm for each in (54.3, 60, 68.2, 76.4, 84.8, 93.2, 101.4, 109.5, 117.5, 123.2, 133)]
NOTES = (
    (
        208.6,
        "署名（Signature）欄のサインは、当該サイナーの申請により発給される証明書の輸出者宣誓欄（Declaration by the",
    ),
    (212.5, "Exporter）に印字されます。"),
    (
        216.4,
        "パスワードは、初回出力の当日のみ印字されます。漏洩防止のため、翌日以降に出力を行ってもパスワードは***表示",
    ),
    (220.3, "となりますのでご注意ください。"),
)


def certificates(data):
    """The PDF, a page a signer."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, pageCompression=1)
    canvas.setTitle(f"貿易関係証明発給システム {data['title']} {data['registration_number']}")
    canvas.setAuthor(data["chamber"]["name"])
    for signer in data["signers"]:
        _page(canvas, data, signer)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _page(canvas, data, signer):
    _frame(canvas)
    canvas.setFont(REGULAR, 10.5)
    canvas.drawRightString(186 * mm, HEIGHT - 22.3 * mm, f"発行日：{signer['issued_on']}")
    canvas.setFillColor(NAVY)
    _centred(canvas, 34.7, BOLD, 13, 0.06, "貿易関係証明発給システム")
    _centred(canvas, 46.6, BOLD, 25, 0.16, data["title"])
    _table(canvas, data, signer)
    _specimen(canvas, data["pictures"].get(signer["specimen"]))
    _notes(canvas)
    _issuer(canvas, data["chamber"])


def _frame(canvas):
    canvas.setStrokeColor(NAVY)
    canvas.setLineWidth(1.4)
    canvas.rect(10 * mm, 10 * mm, 190 * mm, 277 * mm)
    canvas.setLineWidth(0.4)
    canvas.rect(11.3 * mm, 11.3 * mm, 187.4 * mm, 274.4 * mm)


def _centred(canvas, y, font, size, tracking, text):
    canvas.setFont(font, size)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - y * mm, text, charSpace=tracking * size)


def _table(canvas, data, signer):
    chamber = data["chamber"]
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.5)
    for row in (0, 8):
        canvas.rect(COLUMNS[0], ROWS[row + 1], COLUMNS[4] - COLUMNS[0], ROWS[row] - ROWS[row + 1], fill=1)
    _band(canvas, ROWS[1], "登録内容")
    _band(canvas, ROWS[9], "ログイン情報")
    _cells(canvas, 1, ("登録商工会議所", "商工会議所番号"))
    _cells(canvas, 2, ("貿易登録番号", "貿易登録有効期間"))
    for row, label in enumerate(("社名", "署名者氏名(和文)", "署名者氏名(英文)", "役職(英文)", "E-Mail"), 3):
        _cells(canvas, row, (label,))
    _cells(canvas, 9, ("ユーザーID", "パスワード"))
    canvas.setFillColor(INK)
    _said(canvas, 1, 1, REGULAR, 10.5, chamber["name"])
    _said(canvas, 1, 3, LATIN, 11.5, chamber["code"])
    _said(canvas, 2, 1, LATIN, 11.5, data["registration_number"])
    _said(canvas, 2, 3, REGULAR, 10.5, data["valid_until"])
    _said(canvas, 3, 1, BOLD, 12, data["company_name"])
    _said(canvas, 4, 1, BOLD, 12, signer["name"])
    _said(canvas, 5, 1, LATIN, 11.5, signer["name_en"])
    _said(canvas, 6, 1, LATIN, 11.5, signer["title_en"])
    _said(canvas, 7, 1, LATIN, 11.5, signer["email"])
    _code(canvas, 1, signer["user_id"])
    _code(canvas, 3, signer["password"])


def _band(canvas, bottom, text):
    canvas.setFillColor(white)
    canvas.setFont(BOLD, 9)
    canvas.drawString(27 * mm, bottom + 1.9 * mm, text, charSpace=0.72)
    canvas.setFillColor(NAVY)


def _cells(canvas, row, labels):
    """A label and a field for each label; the last field reaches to the end of the row."""
    top, bottom = ROWS[row], ROWS[row + 1]
    baseline = (top + bottom) / 2 - 1.2 * mm
    for place, label in enumerate(labels):
        left, middle = COLUMNS[2 * place], COLUMNS[2 * place + 1]
        right = COLUMNS[4] if place == len(labels) - 1 else COLUMNS[2]
        canvas.setFillColor(LABEL_GROUND)
        canvas.rect(left, bottom, middle - left, top - bottom, fill=1)
        canvas.rect(middle, bottom, right - middle, top - bottom)
        canvas.setFillColor(LABEL_INK)
        canvas.setFont(REGULAR, 9.5)
        canvas.drawString(left + 3 * mm, baseline, label)


def _said(canvas, row, column, font, size, text):
    """The text of a field, as large as it fits on the line."""
    room = (COLUMNS[column + 1] if row < 3 else COLUMNS[4]) - COLUMNS[column] - 6 * mm
    while size > 6 and pdfmetrics.stringWidth(text, font, size) > room:
        size -= 0.5
    canvas.setFont(font, size)
    canvas.drawString(COLUMNS[column] + 3 * mm, (ROWS[row] + ROWS[row + 1]) / 2 - 0.36 * size, text)


def _code(canvas, column, text):
    """An ID or password with a stroke under every four characters."""
    start, baseline, size = COLUMNS[column] + 3 * mm, ROWS[10] + 4.4 * mm, 13
    room = COLUMNS[column + 1] - COLUMNS[column] - 6 * mm
    while size > 7 and pdfmetrics.stringWidth(text, CODE, size) + 0.08 * size * len(text) > room:
        size -= 1
    canvas.setFont(CODE, size)
    canvas.drawString(start, baseline, text, charSpace=0.08 * size)
    canvas.setStrokeColor(NAVY)
    canvas.setLineWidth(0.7)
    for first in range(0, len(text), 4) if "*" not in text else ():
        left = pdfmetrics.stringWidth(text[:first], CODE, size) + 0.08 * size * first
        end = min(first + 4, len(text))
        right = pdfmetrics.stringWidth(text[:end], CODE, size) + 0.08 * size * (end - 1)
        canvas.line(start + left, baseline - 1.6 * mm, start + right, baseline - 1.6 * mm)


def _specimen(canvas, specimen):
    top, bottom = HEIGHT - 143.6 * mm, HEIGHT - 203.6 * mm
    canvas.setStrokeColor(HAIRLINE)
    canvas.setFillColor(NAVY)
    canvas.rect(24 * mm, top, 162 * mm, 5.6 * mm, stroke=0, fill=1)
    _band(canvas, top, "署名(Signature)")
    canvas.setLineWidth(0.5)
    canvas.rect(24 * mm, bottom, 162 * mm, top - bottom)
    if specimen:
        picture = ImageReader(io.BytesIO(base64.b64decode(specimen)))
        place = (28 * mm, bottom + 4 * mm, 154 * mm, top - bottom - 8 * mm)
        canvas.drawImage(picture, *place, mask="auto", preserveAspectRatio=True, anchor="c")
    else:
        canvas.setFillColor(GREY)
        _centred(canvas, 174, REGULAR, 13, 0.06, "サイン登録なし")


def _notes(canvas):
    canvas.setFillColor(INK)
    canvas.setFont(REGULAR, 8.5)
    for y, line in NOTES:
        canvas.drawString(28 * mm, HEIGHT - y * mm, line)
    for y, _line in NOTES[::2]:
        canvas.drawString(24 * mm, HEIGHT - y * mm, "※")


def _issuer(canvas, chamber):
    canvas.setStrokeColor(NAVY)
    canvas.setLineWidth(0.6)
    canvas.line(24 * mm, HEIGHT - 258.2 * mm, 186 * mm, HEIGHT - 258.2 * mm)
    canvas.setFillColor(NAVY)
    lines = (
        (BOLD, 11, 264, chamber["name"]),
        (LATIN, 9.5, 268.3, chamber["name_en"]),
        (REGULAR, 8.5, 272.9, f"〒{chamber['postal_code']}　{chamber['address']}"),
        (REGULAR, 8.5, 276.9, f"TEL {chamber['telephone']}　E-mail {chamber['email']}"),
    )
    for font, size, y, text in lines:
        canvas.setFont(font, size)
        canvas.drawString(24 * mm, HEIGHT - y * mm, text)
        canvas.setFillColor(GREY)


def _answer(data):
    started = time.process_time()
    pdf = certificates(data)
    return {"cpu_ms": (time.process_time() - started) * 1000, "pdf": base64.b64encode(pdf).decode()}


if __name__ == "__main__":
    answer(_answer)
