"""What org admins have been told about a key."""

from django.db import models
from django.utils import timezone

from apikeys.models.api_key import APIKey


class ReminderKind(models.TextChoices):
    """What there is to tell of a key."""

    EXPIRES_IN_30_DAYS = "expires_in_30_days"
    EXPIRES_IN_7_DAYS = "expires_in_7_days"
    EXPIRES_IN_1_DAY = "expires_in_1_day"
    EXPIRED = "expired"
    GENERATED = "generated"
    REVOKED = "revoked"
    A_YEAR_OLD = "a_year_old"


class Reminder(models.Model):
    """An email about a key that was sent, so that nobody gets it twice."""

    api_key = models.ForeignKey(APIKey, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, choices=ReminderKind)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["api_key", "kind"], name="apikeys_reminded_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.api_key_id}"
