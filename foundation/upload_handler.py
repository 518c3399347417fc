"""Keeps what people upload small: a file that is too large is cut, not kept, and the form says so at its field."""

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from documents.uploads import MAX_MEGABYTES

# One byte more than the largest file that any form takes, so that its size gives it away.
_ENOUGH = MAX_MEGABYTES * 1024 * 1024 + 1


class CuttingUploadHandler(FileUploadHandler):
    """Holds a file in memory up to just beyond the largest that is taken, and lets the rest pass by."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.write(raw_data[: max(_ENOUGH - start, 0)])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        size = self.file.tell()
        self.file.seek(0)
        return InMemoryUploadedFile(
            file=self.file,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type or "",
            size=size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
