"""What every record that integrations follow has in common."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from hrtoolkit.organisations.models import Organisation
from hrtoolkit.text import validate_lines, validate_plain_text


class Record(models.Model):
    """Something of one organisation's that tells when it last changed.

    The database stamps ``updated_at`` itself (``employees.stamps``). What Django
    sends is what an instance shows until it's read again.
    """

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="%(class)ss",
        # Indexes that begin with the organisation serve it too.
        db_index=False,
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def refuse_elsewhere(self, *names: str) -> None:
        """Refuse a record of another organisation. Raises ValidationError."""
        for name in names:
            other = getattr(self, name, None)
            if other and other.organisation_id != self.organisation_id:
                raise ValidationError({name: "This belongs to another organisation."})


def line(max_length: int, *, blank: bool = False) -> "models.CharField[str, str]":
    """Return a field of one line of plain text."""
    return models.CharField(
        max_length=max_length, blank=blank, validators=[validate_plain_text]
    )


def lines(help_text: str = "") -> "models.TextField[str, str]":
    """Return a field of plain text that may be empty, or of many lines."""
    return models.TextField(
        blank=True, validators=[validate_lines], help_text=help_text
    )


def index(name: str, *fields: str) -> models.Index:
    """Return an index of an organisation's records, in the order of ``fields``."""
    return models.Index(fields=["organisation", *fields], name=name)
