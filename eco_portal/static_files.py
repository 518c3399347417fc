"""The static files, with the error pages for whoever stands in front of the portal and must answer without it."""

from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from foundation.errors import page

# What ops/nginx.conf answers by itself.
STATUSES = (400, 404, 405, 413, 429, 500, 502, 503)


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Writes ``errors/<status>.html`` too, whenever static files are collected: they name files by their hashes."""

    def post_process(self, *args: Any, **kwargs: Any) -> Iterator[tuple[str, str, bool]]:
        yield from super().post_process(*args, **kwargs)
        for status in STATUSES:
            name = f"errors/{status}.html"
            self.delete(name)
            self.save(name, ContentFile(page(status).content))
            yield name, name, True
