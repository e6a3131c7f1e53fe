"""The audit log: numbered, chained events that nothing can change."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, Lower
from django.db.models.lookups import Exact

from apikeys.models.api_key import PERSON_MAX_LENGTH, APIKey
from hrtoolkit.organisations.models import Organisation

USER_AGENT_MAX_LENGTH = 300


class AuditAction(models.TextChoices):
    """What an event records."""

    GENERATED = "generated", "Key generated"
    ROTATED = "rotated", "Key rotated"
    CHANGED = "changed", "Key changed"
    REVOKED = "revoked", "Key revoked"
    REFUSED = "refused", "Key refused"
    SCOPE_DENIED = "scope_denied", "Scope denied"
    ADDRESS_DENIED = "address_denied", "Address denied"
    IDENTIFIED = "identified", "Key identified"
    EXPORTED = "exported", "Audit log exported"
    SIGNED_IN = "signed_in", "Signed in"
    SIGN_IN_FAILED = "sign_in_failed", "Sign-in failed"
    SIGNED_OUT = "signed_out", "Signed out"
    LOCKED_OUT = "locked_out", "Locked out after failed sign-ins"
    PASSWORD_CHANGED = "password_changed", "Password changed"
    SECOND_FACTOR_CHANGED = "second_factor_changed", "Second factor changed"
    SECURITY_CHANGED = "security_changed", "Security settings changed"
    ROLE_CHANGED = "role_changed", "Role changed"
    STAFF_ACTED = "staff_acted", "Changed by platform staff"


class AuditChain(models.Model):
    """The end of one organisation's chain of events, or of the platform's own.

    Whoever writes an event locks this row first, so numbers follow one another
    without a gap. It is a convenience, not evidence: verification counts the
    events themselves.
    """

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            # NULLs differ from one another, but the platform has one chain.
            models.UniqueConstraint(
                Coalesce("organisation", 0), name="apikeys_one_chain_each"
            )
        ]

    def __str__(self) -> str:
        return f"Audit chain of {self.organisation or 'the platform'}"


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Questions about many events. Each has an index, in the order of time."""

    def newest_first(self) -> Self:
        """Return the events in the order in which they are read."""
        return self.order_by("-at", "-number")

    def after(self, at: datetime, number: int) -> Self:
        """Narrow to what follows an event in that order: the next page."""
        return self.filter(Q(at__lt=at) | Q(number__lt=number), at__lte=at)

    def by(self, person: str) -> Self:
        """Narrow to one person's, by email address or else by the whole name.

        A key acts as well, under a name that may hold anything.
        """
        if "@" in person and " " not in person:
            return self.filter(actor_email=person.lower())
        return self.filter(Exact(Lower("actor_name"), Lower(Value(person))))


class AuditEvent(models.Model):
    """Who did what, when, from where, and what it changed.

    Only ``apikeys.audit.record`` writes events. The person is kept by name
    and address, not by reference: the event outlives the user.
    """

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    action = models.CharField(max_length=30, choices=AuditAction)
    api_key = models.ForeignKey(
        APIKey,
        on_delete=models.PROTECT,
        null=True,
        related_name="events",
        db_index=False,
    )
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=PERSON_MAX_LENGTH)
    actor_email = models.CharField(max_length=254, blank=True)
    ip_address = models.GenericIPAddressField("IP address", null=True)
    user_agent = models.CharField(max_length=USER_AGENT_MAX_LENGTH, blank=True)
    details = models.JSONField[dict[str, Any]](default=dict)
    mac = models.CharField("HMAC", max_length=64)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        # One for the whole log, and one for each filter of its page.
        indexes = [
            models.Index(fields=["organisation", "at", "number"], name="apikeys_log"),
            models.Index(fields=["api_key", "at", "number"], name="apikeys_log_of_key"),
            models.Index(
                fields=["organisation", "action", "at", "number"],
                name="apikeys_log_of_action",
            ),
            models.Index(
                fields=["organisation", "actor_email", "at", "number"],
                name="apikeys_log_of_address",
            ),
            models.Index(
                "organisation",
                Lower("actor_name"),
                "at",
                "number",
                name="apikeys_log_of_name",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number"], name="apikeys_event_number"
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(organisation__isnull=True),
                name="apikeys_platform_event_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}, by {self.actor_name}"
