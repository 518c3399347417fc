"""The example data that a newcomer meets."""

import pytest

from accounts.credentials import account_called, opens
from accounts.models import Account
from demo.companies import PASSWORD, load_with_cases
from signers.models import Signer


@pytest.mark.django_db
def test_the_example_data_loads_with_a_hold_that_somebody_caused_by_coming_in() -> None:
    load_with_cases()
    assert opens(account_called(chamber_code="801", login_id="echigoSigner1"), PASSWORD)
    held = Signer.objects.get(held_at__isnull=False)
    assert held.account.email == "new-taro@nagaoka.example.jp"
    assert [change.what for change in held.credential_changes.unanswered()] == ["email"]
    assert Account.objects.get_queryset().filter(pk=held.account_id, email_verified_at__isnull=False).exists()
