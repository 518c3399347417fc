"""Searching as people type: full width equals half width, capitals equal small letters, spaces do not count."""

from typing import Any

from django.db.models import Func, TextField


class Folded(Func):
    """The text as it is compared in searches; stored beside the text in a generated column, so the two cannot differ."""

    template = r"lower(regexp_replace(normalize(%(expressions)s, NFKC), '\s+', '', 'g'))"
    arity = 1

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        super().__init__(*expressions, output_field=TextField(), **extra)
