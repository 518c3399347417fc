"""What a page showed, so that what is saved later overwrites nothing that nobody has seen."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

_LENGTH = 12  # hex digits of a fingerprint: two values of one field share it once in 2⁴⁸


class ChangedMeanwhile(Exception):
    """Fields that a form changes and that somebody else has changed since its page was shown, with their present values."""

    def __init__(self, present: dict[str, Any]) -> None:
        super().__init__(", ".join(present))
        self.present = present


@dataclass(frozen=True)
class Shown:
    """The values that a page showed, as fingerprints by field. Knowing none, everything that was typed counts."""

    prints: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        return cls({name: _print(value) for name, value in values.items()})

    @classmethod
    def read(cls, text: str) -> Self:
        """From a page's hidden field. What is not readable there is not known."""
        pairs = (each.split(":") for each in text.split())
        return cls({pair[0]: pair[1] for pair in pairs if len(pair) == 2})

    def __str__(self) -> str:
        return " ".join(f"{name}:{mark}" for name, mark in self.prints.items())

    def is_of(self, name: str, value: Any) -> bool:
        """Whether the page showed this value."""
        return self.prints.get(name) == _print(value)

    def having_seen(self, values: Mapping[str, Any]) -> "Shown":
        """The same, after these values were shown too."""
        return Shown({**self.prints, **Shown.of(values).prints})

    def merged(self, present: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
        """What is to be written over the ``present`` values, which the caller has locked: what was typed, but for fields that
        were left as shown and that somebody else changed. Raises ChangedMeanwhile for fields that both changed."""
        disputed = {
            name: present[name]
            for name, value in typed.items()
            if not self._stands(name, present[name]) and not self.is_of(name, value)
            if _print(value) != _print(present[name])
        }
        if disputed:
            raise ChangedMeanwhile(disputed)
        return {name: value for name, value in typed.items() if self._stands(name, present[name])}

    def _stands(self, name: str, present: Any) -> bool:
        """Nobody else has changed it, as far as is known."""
        return name not in self.prints or self.is_of(name, present)


UNKNOWN = Shown()


def _print(value: Any) -> str:
    """The same for what a form writes alike: nothing is an empty text, and 3 is "3"."""
    content = value if isinstance(value, bytes | memoryview) else json.dumps(_plain(value)).encode()
    return hashlib.sha256(content).hexdigest()[:_LENGTH]


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return "" if value is None else str(value)
