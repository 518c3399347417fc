"""Old and new side by side: what a case would change, and, once decided, what it changed."""

from dataclasses import asdict

from casework.kinds import Difference
from casework.models import Case


def differences(case: Case) -> list[Difference]:
    """Of an open case, against what is in force now; of a decided one, as it was at the decision."""
    if case.is_open:
        return case.case_kind.differences(case)
    return [Difference(**each) for each in case.changes.get("differences", [])]


def keep_differences(case: Case) -> None:
    """Notes on a case that is about to be decided what it changes; the caller saves it."""
    case.changes = {"differences": [asdict(each) for each in differences(case)]}
