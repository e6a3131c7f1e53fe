"""A record for each address of the external API."""

from employees.models import Record
from hrtoolkit.organisations.models import Organisation
from tests.factories.employees import EmployeeFactory
from tests.factories.leave import LeaveBalanceFactory, LeaveRequestFactory
from tests.factories.performance import GoalFactory, PerformanceReviewFactory


def one_of_each_record(organisation: Organisation) -> dict[str, Record]:
    """Make an employee with a record of each kind, by the paths that show them."""
    employee = EmployeeFactory(organisation=organisation)
    review = PerformanceReviewFactory(employee=employee, signed_off=True)
    return {
        "employees": employee,
        "leave/balances": LeaveBalanceFactory(employee=employee),
        "leave/requests": LeaveRequestFactory(employee=employee),
        "performance/reviews": review,
        "performance/goals": GoalFactory(employee=employee, review=review),
    }
