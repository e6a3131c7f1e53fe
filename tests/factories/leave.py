"""Leave."""

from datetime import date
from decimal import Decimal

from django.utils import timezone
from factory.declarations import LazyAttribute, SelfAttribute, SubFactory

from employees.models import LeaveBalance, LeaveRequest, LeaveStatus, LeaveType
from tests.factories.base import ModelFactory
from tests.factories.employees import EmployeeFactory


class LeaveBalanceFactory(ModelFactory[LeaveBalance]):
    """Some annual leave that an employee has earned."""

    employee = SubFactory(EmployeeFactory)
    organisation = SelfAttribute("employee.organisation")
    leave_type = LeaveType.ANNUAL
    accrued = Decimal("152.00")

    class Meta:
        model = LeaveBalance


class LeaveRequestFactory(ModelFactory[LeaveRequest]):
    """Two days of annual leave that an employee asks for."""

    employee = SubFactory(EmployeeFactory)
    organisation = SelfAttribute("employee.organisation")
    leave_type = LeaveType.ANNUAL
    status = LeaveStatus.PENDING
    start_date = date(2026, 9, 28)
    end_date = date(2026, 9, 29)
    hours = Decimal("15.20")
    decided_at = LazyAttribute(
        lambda request: (
            None if request.status == LeaveStatus.PENDING else timezone.now()
        )
    )

    class Meta:
        model = LeaveRequest
