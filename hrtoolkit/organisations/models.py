"""Organisations, and the people who sign in."""

import zoneinfo
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from hrtoolkit.text import validate_no_key, validate_plain_text


def validate_time_zone(value: str) -> None:
    """Refuse a name that isn't in the time zone database."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError("This is not a time zone, such as Australia/Sydney.")


def validate_has_come(value: datetime) -> None:
    """Refuse an instant that lies ahead."""
    if value > timezone.now():
        raise ValidationError("Choose now or an earlier time: it holds at once.")


class Organisation(models.Model):
    """A customer: the employer whose data the platform keeps."""

    name = models.CharField(max_length=100, validators=[validate_plain_text])
    slug = models.SlugField(max_length=60, unique=True, validators=[validate_no_key])
    time_zone = models.CharField(
        max_length=50, default="Australia/Sydney", validators=[validate_time_zone]
    )
    suspended_at = models.DateTimeField(
        null=True,
        blank=True,
        validators=[validate_has_come],
        help_text="Since then neither its people nor its keys get in.",
    )
    second_factor_required = models.BooleanField(
        "org admins need a second factor",
        default=False,
        help_text="Org admins who have none set it up before they open Settings.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_suspended(self) -> bool:
        """Whether the organisation is locked out."""
        return self.suspended_at is not None

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The time zone in which the organisation's days begin and end."""
        return zoneinfo.ZoneInfo(self.time_zone)


class Role(models.TextChoices):
    """What a person may do in their organisation."""

    EMPLOYEE = "employee", "Employee"
    MANAGER = "manager", "Manager"
    ORG_ADMIN = "org_admin", "Org admin"


class UserManager(BaseUserManager["User"]):
    """Makes users, whose email address is their name."""

    def create_user(
        self, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        """Save and return a user with the given address, in lower case."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        """Save and return a member of the platform's staff."""
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, **fields
        )

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a user by email address, however it is capitalised."""
        return self.get(email=(username or "").lower())


class User(AbstractUser):
    """A person who signs in: of one organisation, or of the platform's staff."""

    username = None  # type: ignore[assignment]  # Django's documented way to drop it
    email = models.EmailField(
        "email address",
        unique=True,
        validators=[validate_no_key],
        error_messages={"unique": "Someone already signs in with this address."},
    )
    first_name = models.CharField(max_length=150, validators=[validate_plain_text])
    last_name = models.CharField(
        max_length=150, blank=True, validators=[validate_plain_text]
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
    )
    role = models.CharField(max_length=20, choices=Role, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name"]

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # AbstractUser declares its own manager's type

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="organisations_user_email_any_case"
            ),
            models.CheckConstraint(
                name="organisations_user_member_or_staff",
                condition=(
                    Q(organisation__isnull=True, role="")
                    | Q(
                        organisation__isnull=False,
                        role__in=Role.values,
                        is_staff=False,
                        is_superuser=False,
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def clean(self) -> None:
        """Say at the field what the constraint above would say of the record."""
        super().clean()
        self.email = self.email.lower()
        if self.organisation_id and self.is_staff:
            raise ValidationError(
                {"is_staff": "Staff belong to the platform, not to an organisation."}
            )
        if bool(self.organisation_id) != bool(self.role):
            raise ValidationError(
                {"role": "People of an organisation have a role in it, staff none."}
            )

    @property
    def is_org_admin(self) -> bool:
        """Whether this person may manage their organisation's API keys."""
        return self.role == Role.ORG_ADMIN and self.organisation_id is not None
