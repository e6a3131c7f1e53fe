"""``/employees``."""

from datetime import date, datetime
from decimal import Decimal

from django.db import models
from django.db.models.functions import Cast

from apikeys.scopes import Scope
from employees.models import Employee
from hrtoolkit.api.endpoint import Detail, List, Records, Representation


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
    employment_type: str
    hours_per_week: Decimal
    start_date: date
    end_date: date | None
    status: str
    created_at: datetime
    updated_at: datetime


EMPLOYEES = Records(
    rows=Employee.objects.all(),
    representation=EmployeeRepresentation,
    columns={"manager_id": Cast("manager_id", models.CharField())},
)

ENDPOINTS = [
    List(path="employees", scope=Scope.READ_EMPLOYEES, records=EMPLOYEES),
    Detail(path="employees", scope=Scope.READ_EMPLOYEES, records=EMPLOYEES),
]
