"""``/leave``: balances and requests."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from django.db.models import Q

from apikeys.scopes import Scope
from employees.api.filters import OfEmployee
from employees.models import (
    LeaveBalance,
    LeaveRequest,
    LeaveStatus,
    LeaveType,
    available_hours,
)
from hrtoolkit.api.endpoint import Detail
from hrtoolkit.api.listing import List
from hrtoolkit.api.query import ChangesQuery, Instant, ListQuery, means, one_of
from hrtoolkit.api.records import Records, Representation, public_id

LeaveTypeValue = Annotated[str, one_of(LeaveType)]
LeaveStatusValue = Annotated[str, one_of(LeaveStatus)]

OfLeaveType = Annotated[LeaveTypeValue | None, means("Only leave of this type.")]


class LeaveBalanceRepresentation(Representation, frozen=True):
    """The hours of one type of leave that an employee has, and has booked."""

    id: str
    employee_id: str
    leave_type: LeaveTypeValue
    accrued: Decimal
    taken: Decimal
    pending: Decimal
    available: Decimal


def balance_of(
    id: str,  # noqa: A002  # the column's name
    employee_id: str,
    leave_type: str,
    accrued: Decimal,
    taken: Decimal,
    pending: Decimal,
) -> LeaveBalanceRepresentation:
    """Return a balance with what follows from its columns."""
    left = available_hours(accrued, taken, pending)
    return LeaveBalanceRepresentation(
        id, employee_id, leave_type, accrued, taken, pending, left
    )


class LeaveRequestRepresentation(Representation, frozen=True):
    """A request for leave, without the note, which is for people."""

    id: str
    employee_id: str
    leave_type: LeaveTypeValue
    status: LeaveStatusValue
    start_date: date
    end_date: date
    hours: Decimal
    decided_at: Instant | None
    created_at: Instant
    updated_at: Instant


class LeaveBalancesQuery(ListQuery, frozen=True, kw_only=True):
    """What narrows the list of balances."""

    employee_id: OfEmployee = None
    leave_type: OfLeaveType = None


class LeaveRequestsQuery(
    ChangesQuery, frozen=True, kw_only=True, rename={"from_": "from"}
):
    """What narrows the list of requests: also to those of some days."""

    employee_id: OfEmployee = None
    leave_type: OfLeaveType = None
    status: Annotated[
        LeaveStatusValue | None, means("Only requests with this status.")
    ] = None
    from_: Annotated[date | None, means("Only what ends on or after this day.")] = None
    to: Annotated[date | None, means("Only what begins on or before this day.")] = None


BALANCES = Records(
    rows=LeaveBalance.objects.with_requests(),
    example=LeaveBalanceRepresentation(
        id="311",
        employee_id="42",
        leave_type="annual",
        accrued=Decimal("486.40"),
        taken=Decimal("380.00"),
        pending=Decimal("11.40"),
        available=Decimal("95.00"),
    ),
    columns={"employee_id": public_id("employee_id")},
    make=balance_of,
)
REQUESTS = Records(
    rows=LeaveRequest.objects.all(),
    example=LeaveRequestRepresentation(
        id="1204",
        employee_id="42",
        leave_type="annual",
        status="approved",
        start_date=date(2026, 12, 21),
        end_date=date(2026, 12, 24),
        hours=Decimal("30.40"),
        decided_at=datetime(2026, 10, 9, 1, 15, tzinfo=UTC),
        created_at=datetime(2026, 10, 6, 22, 40, tzinfo=UTC),
        updated_at=datetime(2026, 10, 9, 1, 15, tzinfo=UTC),
    ),
    columns={"employee_id": public_id("employee_id")},
)

ENDPOINTS = [
    List(
        path="leave/balances",
        scope=Scope.READ_LEAVE,
        records=BALANCES,
        query=LeaveBalancesQuery,
    ),
    List(
        path="leave/requests",
        scope=Scope.READ_LEAVE,
        records=REQUESTS,
        query=LeaveRequestsQuery,
        conditions={
            "from_": lambda day: Q(end_date__gte=day),
            "to": lambda day: Q(start_date__lte=day),
        },
    ),
    Detail(path="leave/requests", scope=Scope.READ_LEAVE, records=REQUESTS),
]
