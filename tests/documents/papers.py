"""Data of certificates and of companies' papers, and ways to read what was printed."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pikepdf
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
    "seal": None,
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


COMPANY = {
    "name": "株式会社新潟CCI貿易",
    "name_en": "Niigata CCI Trading Co., Ltd.",
    "postal_code": "950-0078",
    "address": "新潟市中央区万代島6番1号",
    "representative_title": "代表取締役",
    "representative_name": "会議所 花子",
    "registration_number": "801000005",
}

_OF_EVERY_PAPER: Mapping[str, Any] = {
    "chamber": CHAMBER,
    "company": COMPANY,
    "receipt_number": "801-260123",
    "dated": "2026年11月24日",
}

PLEDGE_ITEMS = [
    "貿易登録の申請内容および提出書類の記載は、すべて真実かつ正確です。",
    "貿易関係証明の申請者として、貴商工会議所の認証規程および罰則規程を遵守します。",
    "申請の内容に疑義または紛争が生じたときは、一切の責任を負い、貴商工会議所の指示に従います。",
    "申請を代行業者に依頼するときは、その代行業者に規程を遵守させます。",
]

PLEDGE: Mapping[str, Any] = {
    **_OF_EVERY_PAPER,
    "title": "誓約書",
    "sheets": [{"kind": "申請者", "items": PLEDGE_ITEMS}],
}

BUSINESS_PROFILE: Mapping[str, Any] = {
    **_OF_EVERY_PAPER,
    "title": "業態内容届",
    "registration_type": "申請者かつ代行業者",
    "legal_form": "法人",
    "membership": "会員",
    "line_of_business": "産業用ポンプおよび部品の製造・輸出。\n主な輸出先：台湾、タイ、ベトナム。",
    "telephone": "025-290-4411",
    "contact": {
        "name": "会議所 太郎",
        "department": "輸出部 貿易事務課",
        "telephone": "025-290-4412",
        "email": "taro@niigata-cci.example.jp",
    },
}

NEW_SIGNER: Mapping[str, Any] = {
    "name": "会議所 太郎",
    "name_en": "Taro KAIGISHO",
    "title": "輸出部長",
    "title_en": "Manager, Export Department",
    "email": "taro@niigata-cci.example.jp",
    "specimen": None,
}


def specimen_notification(*people: Mapping[str, Any], **changes: object) -> dict[str, Any]:
    """The data of 署名届 for these people."""
    return {**_OF_EVERY_PAPER, "title": "署名届", "signers": list(people), **changes}


def specimen(width: int = 600, height: int = 200) -> bytes:
    """A stroke of ink on transparent ground, as PNG."""
    picture = Image.new("RGBA", (width, height))
    ImageDraw.Draw(picture).line((20, height - 20, width - 20, 20), fill=(20, 30, 90, 255), width=12)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def seal() -> bytes:
    """A red square like a chamber's seal, on transparent ground, as PNG."""
    picture = Image.new("RGBA", (600, 600))
    ImageDraw.Draw(picture).rectangle((10, 10, 590, 590), outline=(190, 40, 40, 255), width=24)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def squeezed(text: str) -> str:
    return "".join(text.split())


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def structure(pdf: bytes) -> list[str]:
    """The kinds of element in the document's structure tree, in reading order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for item in node:
                walk(item)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    with opened(pdf) as document:
        walk(document.Root.StructTreeRoot)
    return found


def descriptions(pdf: bytes) -> list[str]:
    """What is said of the pictures to those who cannot see them."""
    with opened(pdf) as document:
        return [str(o["/Alt"]) for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]
