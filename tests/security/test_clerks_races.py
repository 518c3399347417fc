"""Whatever a clerk does while a colleague takes the right to it away comes too late: 11 verbs, two ways, three rounds each."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts import services, staff
from accounts.models import Role
from casework import examination
from casework import services as casework
from casework.models import Case
from casework.models.target import WHOLE_CASE
from desk import chamber_settings
from tests.casework.conftest import tick_everything
from tests.casework.factories import CaseFactory, ready
from tests.security.test_races import Scene, attempt, wins
from tests.support.turns import in_turn
from trade_registration import services as registrations

pytestmark = pytest.mark.django_db(transaction=True)

ENDS: dict[str, Callable[[Scene], object]] = {
    "removed": lambda scene: staff.remove(scene.manager, by=scene.other_manager),
    "demoted": lambda scene: staff.change_role(scene.manager, Role.REVIEWER, by=scene.other_manager),
}
ATTACKS: dict[str, Callable[[Scene, Case], object]] = {
    "approve": lambda scene, case: examination.approve(case, by=scene.manager),
    "reject": lambda scene, case: examination.reject(case, reason="不備", by=scene.manager),
    "return": lambda scene, case: examination.return_for_correction(case, {WHOLE_CASE: "不備"}, by=scene.manager),
    "tick": lambda scene, case: examination.tick(case, [], by=scene.manager),
    "write to the company": lambda scene, case: examination.write_to_company(case, "承認します", by=scene.manager),
    "write a note": lambda scene, case: examination.write_note(case, "問題なし", by=scene.manager),
    "suspend": lambda scene, case: registrations.suspend(
        scene.company.registration, reason="嫌がらせ", by=scene.manager
    ),
    "delete": lambda scene, case: casework.delete_registration(
        scene.company.registration, reason="嫌がらせ", by=scene.manager
    ),
    "a new certificate": lambda scene, case: registrations.reissue_certificate(
        scene.company.registration, email="thief@example.jp", by=scene.manager
    ),
    "close the chamber": lambda scene, case: chamber_settings.add_closed_days(
        scene.company.chamber,
        first=timezone.localdate(),
        last=timezone.localdate(),
        name="休業",
        by=scene.manager,
    ),
    "unlock": lambda scene, case: services.unlock(scene.company.signer, by=scene.manager),
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("end", ENDS)
def test_a_clerk_does_nothing_once_removed_or_demoted(end: str, attack: str) -> None:
    def race(scene: Scene) -> bool:
        case = CaseFactory(chamber=ready(scene.company.chamber), submitted=True)
        tick_everything(case, scene.manager)
        registrations.issue_certificate(scene.company.registration, by=scene.manager)

        def acted() -> bool:
            ATTACKS[attack](scene, case)
            return True

        (done,) = in_turn(lambda: ENDS[end](scene), attempt(acted))
        return bool(done)

    assert wins(race) == 0
