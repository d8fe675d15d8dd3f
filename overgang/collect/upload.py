"""How a file comes in by HTTP: to disk, and no further than its limit, by a form that says so."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

from overgang.access.texts import word
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


class FileForm(forms.Form):
    """A file of rows and what else is asked about it. `words`: the section of the texts with `file`, `file_help` and
    `too_large`."""

    words: ClassVar[str]
    file = forms.FileField(max_length=200, widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.txt"}))

    def __init__(self, request: Any) -> None:
        posted = request.method == "POST"
        super().__init__(request.POST if posted else None, request.FILES if posted else None)
        self.too_large = getattr(request, "too_large", False)
        file = self.fields["file"]
        file.label, file.help_text = word(f"{self.words}.file"), word(f"{self.words}.file_help")
        file.required = not self.too_large

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if self.too_large or found is None or found.size > UPLOAD:
            raise ValidationError(word(f"{self.words}.too_large"))
        return found
