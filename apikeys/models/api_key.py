"""The record of a key: everything but the key."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Cast, Length
from django.db.models.lookups import Contains, Exact
from django.urls import reverse
from django.utils import timezone

from apikeys import expiry, tokens
from apikeys.scopes import Scope
from hrtoolkit.organisations.models import Organisation
from hrtoolkit.text import validate_lines, validate_plain_text

NAME_MAX_LENGTH = 100
NOTE_MAX_LENGTH = 1000
PERSON_MAX_LENGTH = 301
DIGEST_LENGTH = 64
# Fewer digits would find keys by chance.
DIGEST_START = re.compile("[0-9a-fA-F]{4,64}")


class Status(models.TextChoices):
    """Where a key is in its life. Computed, never stored."""

    ACTIVE = "active", "Active"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"


def validate_scopes(scopes: Iterable[str]) -> None:
    """Refuse anything but a list of different known scopes, at least one."""
    if not isinstance(scopes, list) or not scopes:
        raise ValidationError("Choose at least one scope.", code="required")
    for scope in scopes:
        if scope not in Scope.values:
            raise ValidationError("There is no such scope.", code="unknown")
    if len(set(scopes)) != len(scopes):
        raise ValidationError("A scope is named twice.", code="repeated")


def holds(scope: str) -> Contains:
    """Return the condition that a key has a scope.

    SQLite can't look into a JSON list with ``contains``. In both databases' text
    of a list, though, the quotes show where a scope begins and ends.
    """
    return Contains(Cast("scopes", models.TextField()), f'"{scope}"')


class APIKeyQuerySet(models.QuerySet["APIKey"]):
    """Questions about many keys."""

    def with_status(self, status: str, now: datetime | None = None) -> Self:
        """Narrow to the keys that have ``status`` at ``now``."""
        now = now or timezone.now()
        if status == Status.REVOKED:
            return self.filter(revoked_at__isnull=False)
        alive = self.filter(revoked_at__isnull=True)
        if status == Status.EXPIRED:
            return alive.filter(expires_at__lte=now)
        return alive.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))

    def with_scope(self, scope: str) -> Self:
        """Narrow to the keys that have ``scope``."""
        return self.filter(holds(scope))

    def with_successors(self, now: datetime | None = None) -> Self:
        """Annotate each key with whether it ``has_successor``, an active one."""
        active = APIKey.objects.with_status(Status.ACTIVE, now)
        successors = active.filter(rotated_from=OuterRef("pk"))
        return self.annotate(has_successor=Exists(successors))

    def matching(self, text: str) -> Self:
        """Narrow to the keys whose name has ``text`` in it, in either case.

        Also to those whose fingerprint, or whole digest, begins with it.
        """
        found = Q(name__icontains=text)
        if DIGEST_START.fullmatch(text):
            found |= Q(digest__startswith=text.lower())
        return self.filter(found)


class APIKey(models.Model):
    """A key by which another system reads one organisation's data.

    Only ``apikeys.services`` writes it. Triggers (``apikeys.guards``) refuse
    to delete a key, to bring a revoked one back, to let any read more or work
    longer than it was generated for, and to change what it was made with.

    ``allowed_networks`` are CIDR ranges, of IPv4 and IPv6, from which alone it
    works; none of them means anywhere.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="api_keys"
    )
    name = models.CharField(
        max_length=NAME_MAX_LENGTH, validators=[validate_plain_text]
    )
    note = models.CharField(
        max_length=NOTE_MAX_LENGTH, blank=True, validators=[validate_lines]
    )
    scopes = models.JSONField(validators=[validate_scopes])
    allowed_networks = models.JSONField(default=list, blank=True)
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, editable=False)
    submission_id = models.UUIDField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    # Kept beside the reference: the record still says it when the user is gone.
    created_by_name = models.CharField(max_length=PERSON_MAX_LENGTH)
    # The key in whose place this one was generated.
    rotated_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        editable=False,
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by_name = models.CharField(max_length=PERSON_MAX_LENGTH, blank=True)

    objects = APIKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["organisation", "-created_at", "-id"], name="apikeys_list"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "submission_id"],
                name="apikeys_one_key_a_submission",
            ),
            models.CheckConstraint(
                name="apikeys_digest_is_sha256",
                condition=Exact(Length("digest"), DIGEST_LENGTH),
            ),
            models.CheckConstraint(name="apikeys_has_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="apikeys_revoked_by_someone",
                condition=Q(revoked_at__isnull=True, revoked_by_name="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_by_name="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.fingerprint})"

    def get_absolute_url(self) -> str:
        return reverse("apikeys:detail", args=[self.pk])

    @property
    def fingerprint(self) -> str:
        """The first 12 hex digits of the key's SHA-256."""
        return tokens.fingerprint(self.digest)

    @property
    def expires_on(self) -> date | None:
        """The last date on which the key works, where the organisation is."""
        return self.expires_at and expiry.last_day(self.expires_at, self.organisation)

    @property
    def status(self) -> Status:
        """Active, expired or revoked; revoked wins."""
        if self.revoked_at is not None:
            return Status.REVOKED
        if self.expires_at is not None and self.expires_at <= timezone.now():
            return Status.EXPIRED
        return Status.ACTIVE
