"""What org admins have been told about their organisation's keys."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from apikeys.models.api_key import APIKey


class ReminderKind(models.TextChoices):
    """What there is to tell of a key, the most urgent first."""

    EXPIRED = "expired"
    EXPIRES_IN_1_DAY = "expires_in_1_day"
    GENERATED = "generated"
    REVOKED = "revoked"
    EXPIRES_IN_7_DAYS = "expires_in_7_days"
    EXPIRES_IN_30_DAYS = "expires_in_30_days"
    A_YEAR_OLD = "a_year_old"


class Reminder(models.Model):
    """One thing that one org admin is told of a key, so that it is told once.

    The row is the claim of the run that tells it: inserted before the email
    is sent, taken back where sending fails. Only ``apikeys.reminders`` writes
    it.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    api_key = models.ForeignKey(APIKey, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, choices=ReminderKind)
    run = models.UUIDField()
    claimed_at = models.DateTimeField(default=timezone.now)
    # Empty until the mail server has taken the email.
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "api_key", "kind"], name="apikeys_reminded_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.api_key_id} to {self.recipient_id}"
