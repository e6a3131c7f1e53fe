"""Leave: what payroll says has accrued, and what people asked for."""

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import (
    Expression,
    F,
    Func,
    OuterRef,
    Q,
    Subquery,
)
from django.db.models.functions import Cast, Coalesce

from employees.models.people import Employee
from employees.models.records import Record, index, lines

HUNDREDTH = Decimal("0.01")


class LeaveType(models.TextChoices):
    """The leave that the National Employment Standards provide for."""

    ANNUAL = "annual", "Annual leave"
    PERSONAL_CARERS = "personal_carers", "Personal/carer’s leave"
    COMPASSIONATE = "compassionate", "Compassionate leave"
    FAMILY_VIOLENCE = (
        "family_domestic_violence",
        "Family and domestic violence leave",
    )
    PARENTAL = "parental", "Parental leave"
    COMMUNITY_SERVICE = "community_service", "Community service leave"
    LONG_SERVICE = "long_service", "Long service leave"


class LeaveStatus(models.TextChoices):
    PENDING = "pending", "Pending"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    CANCELLED = "cancelled", "Cancelled"


DECIDED = (LeaveStatus.APPROVED, LeaveStatus.DECLINED)


class HoursField(models.DecimalField[Any, Any]):
    """Hours to the hundredth, however they were worked out."""

    def __init__(
        self, *, max_digits: int = 8, decimal_places: int = 2, **kwargs: Any
    ) -> None:
        super().__init__(max_digits=max_digits, decimal_places=decimal_places, **kwargs)

    def from_db_value(self, value: Decimal | None, *args: Any) -> Decimal | None:
        """Round what SQLite, which knows no decimals, has added up."""
        return value if value is None else value.quantize(HUNDREDTH)


SUM_OF_HOURS = HoursField(max_digits=20)


class LeaveBalanceQuerySet(models.QuerySet["LeaveBalance"]):
    """Balances, and what requests make of them."""

    def with_requests(self) -> "LeaveBalanceQuerySet":
        """Add the hours taken and pending.

        Each is a subquery of its own: for a page, PostgreSQL does that in a
        fraction of the time of a join, whose groups it would rather work out
        for everyone.
        """
        return self.annotate(
            taken=requested(LeaveStatus.APPROVED),
            pending=requested(LeaveStatus.PENDING),
        )


def requested(status: LeaveStatus) -> Expression:
    """Return the hours of a balance's requests that have a status."""
    requests = LeaveRequest.objects.filter(
        employee=OuterRef("employee"),
        leave_type=OuterRef("leave_type"),
        status=status,
    )
    # Not Django's Sum, which would group the one group that there is.
    total = requests.order_by().values_list(Func("hours", function="SUM"))
    return Cast(Coalesce(Subquery(total), 0, output_field=SUM_OF_HOURS), SUM_OF_HOURS)


def available_hours(accrued: Decimal, taken: Decimal, pending: Decimal) -> Decimal:
    """Return what is left of a balance when all that was asked for is granted."""
    return accrued - taken - pending


class LeaveBalance(Record):
    """The hours of one type of leave that an employee has earned so far.

    What was taken of them is worked out from the requests.
    """

    employee = models.ForeignKey(
        Employee,
        on_delete=models.PROTECT,
        related_name="leave_balances",
        db_index=False,  # The constraint's index serves it.
    )
    leave_type = models.CharField(max_length=30, choices=LeaveType)
    accrued = HoursField(help_text="In hours, as payroll says.")

    objects = LeaveBalanceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            index("leave_balances_list", "id"),
            index("leave_balances_type", "leave_type", "id"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "leave_type"],
                name="leave_balances_one_of_each_type",
                violation_error_message="This person has a balance of this type.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_leave_type_display()} of {self.employee}"

    def clean(self) -> None:
        """Refuse an employee of another organisation."""
        super().clean()
        self.refuse_elsewhere("employee")

    @property
    def available(self: Any) -> Decimal:
        """The hours left, on a balance ``with_requests()``."""
        return available_hours(self.accrued, self.taken, self.pending)


class LeaveRequest(Record):
    """Leave that an employee asked for: whole days, or part of one, in hours."""

    employee = models.ForeignKey(
        Employee,
        on_delete=models.PROTECT,
        related_name="leave_requests",
        db_index=False,  # An index below begins with it.
    )
    leave_type = models.CharField(max_length=30, choices=LeaveType)
    status = models.CharField(
        max_length=10, choices=LeaveStatus, default=LeaveStatus.PENDING
    )
    start_date = models.DateField()
    end_date = models.DateField(help_text="The last day away.")
    hours = HoursField(validators=[MinValueValidator(HUNDREDTH)])
    note = lines("What the employee wrote: for people, not for integrations.")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            # With the days in it, so that looking for some fetches no others.
            index("leave_requests_list", "id", "end_date", "start_date"),
            index("leave_requests_changes", "updated_at", "id"),
            index("leave_requests_status", "status", "id"),
            index("leave_requests_type", "leave_type", "id"),
            # All that a balance needs to know.
            models.Index(
                fields=["employee", "leave_type", "status", "hours"],
                name="leave_requests_balance",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="leave_requests_hours",
                condition=Q(hours__gt=0),
                violation_error_message="Leave takes more than no hours.",
            ),
            models.CheckConstraint(
                name="leave_requests_days",
                condition=Q(end_date__gte=F("start_date")),
                violation_error_message="The last day lies before the first.",
            ),
            models.CheckConstraint(
                name="leave_requests_decided",
                condition=~Q(status__in=DECIDED) | Q(decided_at__isnull=False),
                violation_error_message="Say when this request was decided.",
            ),
            models.CheckConstraint(
                name="leave_requests_undecided",
                condition=~Q(status=LeaveStatus.PENDING) | Q(decided_at__isnull=True),
                violation_error_message="A pending request is not decided yet.",
            ),
        ]

    def __str__(self) -> str:
        leave_type = self.get_leave_type_display()
        return f"{leave_type} of {self.employee} from {self.start_date}"

    def clean(self) -> None:
        """Refuse an employee of another organisation."""
        super().clean()
        self.refuse_elsewhere("employee")
