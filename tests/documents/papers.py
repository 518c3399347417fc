"""Certificates' data and a way to read what was printed."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw

NOON = datetime(2024, 11, 14, 3, 0, tzinfo=UTC)

CHAMBER = {
    "name": "新潟商工会議所",
    "name_en": "The Niigata Chamber of Commerce and Industry",
    "postal_code": "950-8711",
    "address": "新潟市中央区万代島5-1万代島ビル7階",
    "telephone": "025-290-4411",
    "email": "certificates@niigata.example.jp",
    "code": "801",
}

REGISTRATION: Mapping[str, Any] = {
    "title": "貿易登録証",
    "chamber": CHAMBER,
    "addressee": {
        "postal_code": "950-0078",
        "address": "新潟市中央区万代島6番1号",
        "company": "株式会社新潟CCI貿易",
    },
    "issued_on": "2024年11月14日",
    "registration_number": "801000005",
    "membership": "会員",
    "registration_type": "申請者",
    "valid_until": "2026年11月14日",
    "company_name": "株式会社新潟CCI貿易",
    "company_name_en": "Niigata CCI Trading Co., Ltd.",
    "address_en": "6-1 Bandaijima, Chuo-ku, Niigata 950-0078, Japan",
    "administrator_id": "uBoKtvlEe8JM",
    "initial_password": "XQ83y4D8HGpL",
    "portal_url": "https://eco.example.jp/",
}

SIGNER: Mapping[str, Any] = {
    "issued_on": "2024年11月14日",
    "name": "会議所 太郎",
    "name_en": "Taro KAIGISHO",
    "title_en": "Manager, Export Department",
    "email": "taro@niigata-cci.example.jp",
    "user_id": "X0qFBLTmNkhG",
    "password": "Pq8XYdTXYPab",
    "specimen": "taro",
}


def signers(*people: Mapping[str, Any], **changes: object) -> dict[str, Any]:
    """The data of 署名登録証 for these people."""
    return {
        "title": "署名登録証",
        "chamber": CHAMBER,
        "registration_number": "801000005",
        "valid_until": "2026年11月14日",
        "company_name": "株式会社新潟CCI貿易",
        "signers": list(people),
        **changes,
    }


def specimen(width: int = 600, height: int = 200) -> bytes:
    """A stroke of ink on transparent ground, as PNG."""
    picture = Image.new("RGBA", (width, height))
    ImageDraw.Draw(picture).line((20, height - 20, width - 20, 20), fill=(20, 30, 90, 255), width=12)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def pages(pdf: bytes) -> list[str]:
    """The text of each page without white space, which line breaks and letter spacing add."""
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(pdf)]


def squeezed(text: str) -> str:
    return "".join(text.split())
