"""How a file comes in by HTTP: to disk, and no further than its limit."""

from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

from overgang.collect.cells.limits import UPLOAD


class Limited(TemporaryFileUploadHandler):
    """Stops reading at the limit, hangs up, and leaves a mark on the request for the page that says so."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._read = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._read += len(raw_data)
        if self._read > UPLOAD:
            self.request.too_large = True  # type: ignore[union-attr]
            self.file.close()
            raise StopUpload(connection_reset=True)
        super().receive_data_chunk(raw_data, start)
