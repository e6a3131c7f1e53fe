"""Employees."""

from datetime import date

from factory.declarations import Sequence, SubFactory

from employees.models import Employee
from employees.models.people import EmploymentType
from tests.factories.base import ModelFactory
from tests.factories.organisations import OrganisationFactory


class EmployeeFactory(ModelFactory[Employee]):
    """A person who works full time for an organisation."""

    organisation = SubFactory(OrganisationFactory)
    employee_number = Sequence(lambda n: f"E{n:05}")
    given_name = "Sam"
    family_name = Sequence(lambda n: f"Worker {n}")
    email = Sequence(lambda n: f"worker-{n}@hrtoolkit.example")
    employment_type = EmploymentType.FULL_TIME
    start_date = date(2024, 7, 1)

    class Meta:
        model = Employee
