"""WeasyPrint, with everything that can be read before read before: fonts and style sheet."""

import base64
import json
import os
import time
from html import escape
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from benchmarks.conversation import answer

_FONTS = json.loads(os.environ["PAPER_FONTS"])
_FACES = (
    ("Japanese", "regular", 400),
    ("Japanese", "bold", 700),
    ("Latin", "latin", 400),
    ("Latin", "code", 600),
    ("Latin", "latin_bold", 700),
)
_NOTES = (
    "<li>署名（Signature）欄のサインは、当該サイナーの申請により発給される証明書の輸出者宣誓欄（Declaration by the Exporter）に"
    "印字されます。</li><li>パスワードは、初回出力の当日のみ印字されます。漏洩防止のため、翌日以降に出力を行っても"
    "パスワードは***表示となりますのでご注意ください。</li>"
)
_STYLE = Path(__file__).with_name("certificates.css").read_text()
_faces = "".join(
    f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: url({Path(_FONTS[font]).as_uri()}) }}\n'
    for family, font, weight in _FACES
)
_font_configuration = FontConfiguration()
_style = CSS(string=_faces + _STYLE, font_config=_font_configuration)


def certificates(data):
    """The PDF, a page a signer."""
    pages = "".join(_page(data, signer) for signer in data["signers"])
    title = f"貿易関係証明発給システム {data['title']} {data['registration_number']}"
    html = f'<!DOCTYPE html><html lang="ja"><head><title>{escape(title)}</title></head><body>{pages}</body></html>'
    return HTML(string=html).write_pdf(stylesheets=[_style], font_config=_font_configuration)


def _page(data, signer):
    chamber = {name: escape(text) for name, text in data["chamber"].items()}
    said = {name: escape(text) for name, text in signer.items() if name != "specimen" and text is not None}
    specimen = _specimen(data["pictures"].get(signer["specimen"]))
    return f"""
<section class="page"><div class="frame"><div></div></div><div class="content">
<p class="date">発行日：{said["issued_on"]}</p>
<h1><span>貿易関係証明発給システム</span>{escape(data["title"])}</h1>
<table><colgroup><col style="width: 36mm"><col style="width: 46.5mm"><col style="width: 33mm"><col></colgroup>
<thead><tr><th colspan="4" class="band">登録内容</th></tr></thead><tbody>
<tr><th>登録商工会議所</th><td>{chamber["name"]}</td><th>商工会議所番号</th><td class="latin">{chamber["code"]}</td></tr>
<tr><th>貿易登録番号</th><td class="latin">{escape(data["registration_number"])}</td>
<th>貿易登録有効期間</th><td>{escape(data["valid_until"])}</td></tr>
<tr><th>社名</th><td colspan="3" class="name">{escape(data["company_name"])}</td></tr>
<tr><th>署名者氏名(和文)</th><td colspan="3" class="name">{said["name"]}</td></tr>
<tr><th>署名者氏名(英文)</th><td colspan="3" class="latin">{said["name_en"]}</td></tr>
<tr><th>役職(英文)</th><td colspan="3" class="latin">{said["title_en"]}</td></tr>
<tr><th>E-Mail</th><td colspan="3" class="latin">{said["email"]}</td></tr>
<tr><td colspan="4" class="band">ログイン情報</td></tr>
<tr><th>ユーザーID</th><td class="code">{_groups(signer["user_id"])}</td>
<th>パスワード</th><td class="code">{_groups(signer["password"])}</td></tr>
</tbody></table>
<div class="specimen"><p class="band" style="margin: 0">署名(Signature)</p><div>{specimen}</div></div>
<ul>{_NOTES}</ul>
</div>
<div class="issuer"><p class="chamber">{chamber["name"]}</p><p class="english">{chamber["name_en"]}</p>
<p>〒{chamber["postal_code"]}　{chamber["address"]}</p>
<p>TEL {chamber["telephone"]}　E-mail {chamber["email"]}</p></div></section>"""


def _groups(code):
    if "*" in code:
        return escape(code)
    return "".join(f"<span>{escape(code[start : start + 4])}</span>" for start in range(0, len(code), 4))


def _specimen(picture):
    if picture is None:
        return '<p class="none">サイン登録なし</p>'
    return f'<img src="data:image/png;base64,{picture}" alt="登録された署名">'


def _answer(data):
    started = time.process_time()
    pdf = certificates(data)
    return {"cpu_ms": (time.process_time() - started) * 1000, "pdf": base64.b64encode(pdf).decode()}


if __name__ == "__main__":
    answer(_answer)
