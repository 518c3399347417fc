"""How the verbs that edit write: over a locked row, named fields only, and nothing that nobody has seen."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models

from foundation.versions import Shown


def rewrite(row: models.Model, said: Mapping[str, Any], *, of: Collection[str], shown: Shown) -> dict[str, list[Any]]:
    """Writes what was ``said`` of these fields over the row, which the caller has locked. Returns the old value and the new
    one of each field that changed.

    Raises ChangedMeanwhile for fields that are not any more as the page had ``shown`` them, and TypeError for any other field.
    """
    if others := set(said) - set(of):
        raise TypeError(f"not to be written here: {sorted(others)}")
    present = {name: getattr(row, name) for name in said}
    changes = {
        name: [present[name], value]
        for name, value in shown.merged(present, said).items()
        if _differ(present[name], value)
    }
    for name, (_before, value) in changes.items():
        setattr(row, name, value)
    if changes:
        row.save(update_fields=changes)
    return changes


def _differ(before: Any, after: Any) -> bool:
    """A picture comes from the database as a memoryview."""
    return bool((bytes(before) if isinstance(before, memoryview) else before) != after)
