"""What a case costs. A company is told before it sends its case, and never owes more than was told then."""

from dataclasses import replace

from django.utils import timezone

from chambers.models import Fee, Price, prices
from registration_cases.models import RegistrationCase
from trade_registration.models import TradeRegistration

_ITEMS = {
    RegistrationCase.Kind.NEW.value: Fee.Item.REGISTRATION,
    RegistrationCase.Kind.RENEWAL.value: Fee.Item.RENEWAL,
}


def prices_of(case: RegistrationCase) -> list[Price]:
    """What an open case costs if it is decided today: for the membership that it names, or both while that is open. Empty
    for a change, which is free, and for a decided case, whose ``fee`` is frozen.

    ``to_come`` are the prices that would change it: once it was sent, only lower ones.
    """
    if case.envelope.kind not in _ITEMS or not case.envelope.is_open:
        return []
    asked = (True, False) if case.is_member is None else (case.is_member,)
    today = _today(case)
    return [_at_most_as_told(case, today[is_member]) for is_member in asked]


def owed(case: RegistrationCase) -> int | None:
    """What the decision costs today, in yen: the lower of the prices on the day of the first submission and today, for the
    membership as it stands. None for a change, and where the chamber has set no price."""
    found = prices_of(case) if case.is_member is not None else []
    return found[0].amount if found else None


def renewal_price(registration: TradeRegistration) -> Price:
    """What a renewal costs that is sent today."""
    found = prices(registration.chamber, Fee.Item.RENEWAL, on=timezone.localdate())
    return found[Fee.Item.RENEWAL, bool(registration.is_member)]


def freeze(case: RegistrationCase) -> None:
    """Notes on a case that is about to be sent for the first time that it is, and what its company was told."""
    case.was_sent = True
    if case.envelope.kind in _ITEMS:
        today = _today(case)
        case.first_fee_member, case.first_fee_non_member = today[True].amount, today[False].amount
    case.save(update_fields=("was_sent", "first_fee_member", "first_fee_non_member"))


def _today(case: RegistrationCase) -> dict[bool, Price]:
    item = _ITEMS[case.envelope.kind]
    found = prices(case.chamber, item, on=timezone.localdate())
    return {is_member: found[item, is_member] for is_member in (True, False)}


def _at_most_as_told(case: RegistrationCase, price: Price) -> Price:
    told = case.first_fee_member if price.is_member else case.first_fee_non_member
    if told is None:
        return price
    amount = told if price.amount is None else min(told, price.amount)
    return replace(price, amount=amount, to_come=[fee for fee in price.to_come if fee.amount < amount])
