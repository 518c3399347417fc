"""Companies of the benchmarks' own, beside the examples that other cases look at."""

from trade_registration.models import TradeRegistration


def company(number: str) -> TradeRegistration:
    """An example company once more, with nobody in it, under another registration number."""
    row = TradeRegistration.objects.select_related("chamber").get(registration_number="801000012")
    row.pk = None
    row._state.adding = True
    row.registration_number = number
    row.save()
    return row
