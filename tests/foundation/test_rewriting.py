"""How the verbs that edit write over a locked row."""

import pytest

from foundation.rewriting import rewrite
from foundation.versions import UNKNOWN, ChangedMeanwhile, Shown
from tests.conftest import Company
from trade_registration.models import TradeRegistration

OF = ("telephone", "contact_name")


def stored(company: Company) -> TradeRegistration:
    return TradeRegistration.objects.get(pk=company.registration.pk)


def test_it_writes_what_differs_and_tells_the_old_and_the_new(company: Company) -> None:
    row = stored(company)
    old = row.telephone
    said = {"telephone": "025-111-1111", "contact_name": row.contact_name}
    assert rewrite(row, said, of=OF, shown=UNKNOWN) == {"telephone": [old, "025-111-1111"]}
    assert stored(company).telephone == "025-111-1111"
    assert rewrite(row, said, of=OF, shown=UNKNOWN) == {}


@pytest.mark.parametrize("field", ["status", "registration_number", "valid_until", "chamber_id", "company_name"])
def test_no_other_field_can_be_written(field: str, company: Company) -> None:
    row, before = stored(company), getattr(company.registration, field)
    with pytest.raises(TypeError, match=field):
        rewrite(row, {field: "x", "telephone": "025-111-1111"}, of=OF, shown=UNKNOWN)
    after = stored(company)
    assert (getattr(after, field), after.telephone) == (before, company.registration.telephone)


def test_what_was_changed_meanwhile_is_not_overwritten(company: Company) -> None:
    row = stored(company)
    shown = Shown.of({"telephone": "025-000-0000"})
    with pytest.raises(ChangedMeanwhile):
        rewrite(row, {"telephone": "025-111-1111"}, of=OF, shown=shown)
    assert stored(company).telephone == company.registration.telephone
