"""Employees: what payroll and reporting need to know, and no tax or bank data."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from employees.models.records import Record, index, line
from hrtoolkit.text import validate_plain_text

HOURS_IN_A_WEEK = 168


class EmploymentType(models.TextChoices):
    FULL_TIME = "full_time", "Full time"
    PART_TIME = "part_time", "Part time"
    CASUAL = "casual", "Casual"
    FIXED_TERM = "fixed_term", "Fixed term"


class EmployeeStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    TERMINATED = "terminated", "Terminated"


class State(models.TextChoices):
    """The states and territories of Australia."""

    ACT = "ACT", "Australian Capital Territory"
    NSW = "NSW", "New South Wales"
    NT = "NT", "Northern Territory"
    QLD = "QLD", "Queensland"
    SA = "SA", "South Australia"
    TAS = "TAS", "Tasmania"
    VIC = "VIC", "Victoria"
    WA = "WA", "Western Australia"


class Employee(Record):
    """A person who works, or has worked, for an organisation."""

    employee_number = line(30)
    given_name = line(100)
    family_name = line(100, blank=True)
    preferred_name = line(100, blank=True)
    email = models.EmailField(blank=True, validators=[validate_plain_text])
    phone = line(30, blank=True)
    job_title = line(100, blank=True)
    department = line(100, blank=True)
    location = line(100, blank=True)
    state = models.CharField(max_length=3, choices=State, blank=True)
    manager = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports"
    )
    employment_type = models.CharField(max_length=20, choices=EmploymentType)
    hours_per_week = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=Decimal("38.00"),
        validators=[MinValueValidator(0), MaxValueValidator(HOURS_IN_A_WEEK)],
    )
    start_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    status = models.CharField(
        max_length=20, choices=EmployeeStatus, default=EmployeeStatus.ACTIVE
    )

    class Meta:
        ordering = ["family_name", "given_name", "pk"]
        indexes = [
            index("employees_list", "id"),
            index("employees_changes", "updated_at", "id"),
            index("employees_status", "status", "id"),
            index("employees_department", "department", "id"),
            models.Index("organisation", Lower("email"), name="employees_email"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "employee_number"],
                name="employees_number_is_unique",
                violation_error_message="This employee number is taken.",
            ),
            models.CheckConstraint(
                name="employees_terminated_has_end_date",
                condition=~Q(status=EmployeeStatus.TERMINATED)
                | Q(end_date__isnull=False),
                violation_error_message="A terminated employee needs an end date.",
            ),
            models.CheckConstraint(
                name="employees_ends_after_start",
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                violation_error_message="The end date lies before the start date.",
            ),
        ]

    def __str__(self) -> str:
        name = f"{self.preferred_name or self.given_name} {self.family_name}".strip()
        return f"{name} ({self.employee_number})"

    def clean(self) -> None:
        """Refuse dates that contradict, and a manager who can't be one."""
        super().clean()
        self.clean_end_date()
        self.clean_manager()

    def clean_end_date(self) -> None:
        """Say at the field what the constraints above would say of the record."""
        if self.end_date is None:
            if self.status == EmployeeStatus.TERMINATED:
                raise ValidationError(
                    {"end_date": "A terminated employee needs an end date."}
                )
            return
        start: date | None = self.start_date  # None where the form refused it.
        if start and self.end_date < start:
            raise ValidationError(
                {"end_date": "The end date lies before the start date."}
            )

    def clean_manager(self) -> None:
        """Refuse a manager of another organisation, or one's own self."""
        if self.manager is None:
            return
        if self.manager.organisation_id != self.organisation_id:
            raise ValidationError({"manager": "This person works elsewhere."})
        if self.pk and self.manager_id == self.pk:
            raise ValidationError({"manager": "Nobody is their own manager."})
