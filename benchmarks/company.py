"""Companies of the benchmarks' own, beside the examples that other cases look at."""

import io
import itertools
from collections.abc import Iterator

from PIL import Image, ImageChops

from accounts import initial_passwords
from accounts.models import Account, Kind, PasswordOrigin
from demo.handwriting import draw_signature
from documents.specimens import clean
from signers import services
from signers.models import Signer
from trade_registration.models import TradeRegistration

_HANDS = 4


def company(number: str) -> TradeRegistration:
    """An example company once more, with nobody in it, under another registration number."""
    row = TradeRegistration.objects.select_related("chamber").get(registration_number="801000012")
    row.pk = None
    row._state.adding = True
    row.registration_number = number
    row.save()
    return row


def administrator(registration: TradeRegistration, login_id: str) -> Account:
    """Its administrator, who has chosen a password."""
    return Account.objects.create(
        chamber=registration.chamber,
        registration=registration,
        kind=Kind.ADMINISTRATOR,
        login_id=login_id,
        name="測定 一郎",
        email=f"{login_id}@example.jp",
        password="!",
        password_origin=PasswordOrigin.OWN,
    )


def new_signers(registration: TradeRegistration, number: int, *, prefix: str) -> list[Account]:
    """Signers who have not proved their mailbox, made at one stroke; nothing is printed for them."""
    signers = [
        Account(
            chamber=registration.chamber,
            registration=registration,
            kind=Kind.SIGNER,
            login_id=f"{prefix}{each}",
            name="測定 花子",
            email=f"{prefix}{each}@example.jp",
        )
        for each in range(number)
    ]
    return Account.objects.bulk_create(signers)


def signers_to_print(registration: TradeRegistration, number: int) -> list[Signer]:
    """Signers with handwriting of their own, whose passwords were issued today; fetched as the pages fetch them."""
    for place, specimen in enumerate(itertools.islice(_specimens(), number)):
        services.add_signer(
            registration,
            name=f"輸出 太郎{place}",
            name_en=f"Taro Yushutsu {place}",
            title_en="General Manager, Export Department",
            email=f"taro{place}@yushutsu.example.jp",
            specimen=specimen,
        )
    signers = Signer.objects.filter(registration=registration)
    for signer in signers.select_related("account"):
        initial_passwords.issue(signer.account)
    return list(signers.with_account())


def _specimens() -> Iterator[bytes]:
    """No two are alike: some hands, each a little further to the right every time."""
    hands = [Image.open(io.BytesIO(clean(draw_signature(f"hand {hand}")))) for hand in range(_HANDS)]
    for shift in itertools.count():
        for hand in hands:
            shifted = io.BytesIO()
            ImageChops.offset(hand, shift, 0).save(shifted, "PNG")
            yield shifted.getvalue()
