"""``/employees``."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from apikeys.scopes import Scope
from employees.models import Employee, EmployeeStatus, EmploymentType
from hrtoolkit.api.endpoint import Detail
from hrtoolkit.api.listing import List
from hrtoolkit.api.query import ChangesQuery, Id, Instant, Text, means, one_of
from hrtoolkit.api.records import Records, Representation, public_id

EmployeeStatusValue = Annotated[str, one_of(EmployeeStatus)]


class EmployeeRepresentation(Representation, frozen=True):
    """An employee, as integrations see one."""

    id: str
    employee_number: str
    given_name: str
    family_name: str
    preferred_name: str
    email: str
    phone: str
    job_title: str
    department: str
    location: str
    state: str
    manager_id: str | None
    employment_type: Annotated[str, one_of(EmploymentType)]
    hours_per_week: Decimal
    start_date: date
    end_date: date | None
    status: EmployeeStatusValue
    created_at: Instant
    updated_at: Instant


class EmployeesQuery(ChangesQuery, frozen=True, kw_only=True):
    """What narrows the list of employees."""

    status: Annotated[
        EmployeeStatusValue | None, means("Only employees with this status.")
    ] = None
    department: Annotated[
        Text | None,
        means("Only employees in this department, written as it is there."),
    ] = None
    manager_id: Annotated[
        Id | None, means("Only employees who report to this one.")
    ] = None
    email: Annotated[
        Text | None, means("Only the employee with this address, in capitals or not.")
    ] = None


EMPLOYEES = Records(
    rows=Employee.objects.all(),
    example=EmployeeRepresentation(
        id="42",
        employee_number="HL-0042",
        given_name="Zoë",
        family_name="O’Brien",
        preferred_name="",
        email="zoe.obrien@harbour.example",
        phone="0491 570 006",
        job_title="Dispatch coordinator",
        department="Operations",
        location="Port Botany",
        state="NSW",
        manager_id="7",
        employment_type="part_time",
        hours_per_week=Decimal("22.80"),
        start_date=date(2021, 3, 15),
        end_date=None,
        status="active",
        created_at=datetime(2026, 7, 1, 2, 30, tzinfo=UTC),
        updated_at=datetime(2026, 7, 1, 2, 30, tzinfo=UTC),
    ),
    columns={"manager_id": public_id("manager_id")},
)

ENDPOINTS = [
    List(
        path="employees",
        scope=Scope.READ_EMPLOYEES,
        records=EMPLOYEES,
        query=EmployeesQuery,
        conditions={"email": lambda email: Exact(Lower("email"), Lower(email))},
    ),
    Detail(path="employees", scope=Scope.READ_EMPLOYEES, records=EMPLOYEES),
]
