"""The two steps of an import: choose a file, then confirm what it would do.

Between them the file stays in the confirmation page, signed together with the
organisation whose preview it was and a digest of what that preview showed. The
server keeps nothing, so no copy of people's data lingers when nobody confirms,
and any process can go on with it.
"""

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from import_export.tmp_storages import BaseStorage

from employees.imports.files import TOO_BIG
from employees.models import Employee
from hrtoolkit.organisations.models import Organisation

MAX_BYTES = 10 * 1024 * 1024
MAX_AGE = timedelta(hours=1)
SALT = "employees.imports.preview"
ROOM_FOR_THE_REST = 1024
"""What the form that confirms holds besides the file."""


class ImportForm(forms.Form):
    """Whose employees they are, and the file."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.all(),
        widget=AutocompleteSelect(Employee._meta.get_field("organisation"), admin.site),
        help_text="The whole file is imported for this organisation.",
    )
    import_file = forms.FileField(
        label="CSV file",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        error_messages={"empty": "The file is empty."},
    )

    def __init__(self, formats: Any, resources: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def clean_import_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["import_file"]
        if file.size is None or file.size > MAX_BYTES:
            raise ValidationError(TOO_BIG, code="too_big")
        return file

    def clean(self) -> dict[str, Any]:
        """Pack the file for the confirmation page."""
        cleaned_data = self.cleaned_data | {"format": 0}
        file = cleaned_data.get("import_file")
        organisation = cleaned_data.get("organisation")
        if file and organisation:
            cleaned_data["packed"] = pack(file.read())
            file.seek(0)
            limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            if limit and len(cleaned_data["packed"]) > limit - ROOM_FOR_THE_REST:
                self.add_error("import_file", ValidationError(TOO_BIG, code="too_big"))
        return cleaned_data


class ConfirmImportForm(forms.Form):
    """What the preview was of and what it showed, and nothing else."""

    preview = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Read what ``confirmation`` signed."""
        try:
            return self.read(self.cleaned_data.get("preview", ""))
        except (signing.BadSignature, Organisation.DoesNotExist):
            raise ValidationError(
                "This preview is too old. Please upload the file again."
            ) from None

    def read(self, preview: str) -> dict[str, Any]:
        """Return the parts of signed text. Raises BadSignature for anything else."""
        signer = signing.TimestampSigner(salt=SALT)
        pk, digest, packed = signer.unsign(preview, max_age=MAX_AGE).split(":")
        return {
            "organisation": Organisation.objects.get(pk=pk),
            "digest": digest,
            "packed": packed,
            "import_file_name": unpack(packed),
            "format": 0,
        }


class PageStorage(BaseStorage):
    """Stands where the library keeps uploaded files, and keeps none.

    A file's "name" is its content, which travels in the confirmation page.
    """

    def save(self, data: bytes) -> None:
        self.name = data

    def read(self) -> bytes:
        data: bytes = self.name
        return data

    def remove(self) -> None:
        """Do nothing: there is nothing to remove."""


def pack(data: bytes) -> str:
    """Return a file as compressed text."""
    return urlsafe_b64encode(zlib.compress(data)).decode()


def unpack(packed: str) -> bytes:
    """Return what ``pack`` was given."""
    return zlib.decompress(urlsafe_b64decode(packed))


def confirmation(
    form: ImportForm | ConfirmImportForm, digest: str
) -> ConfirmImportForm:
    """Return the form that confirms what was just shown of a file."""
    organisation: Organisation = form.cleaned_data["organisation"]
    signer = signing.TimestampSigner(salt=SALT)
    preview = signer.sign(f"{organisation.pk}:{digest}:{form.cleaned_data['packed']}")
    return ConfirmImportForm(initial={"organisation": organisation, "preview": preview})
