"""Records for the tests, as they would stand in a database."""

from tests.factories.api_keys import EXAMPLE, generated_key, limited_key
from tests.factories.employees import EmployeeFactory
from tests.factories.key_uses import KeyUseFactory
from tests.factories.leave import LeaveBalanceFactory, LeaveRequestFactory
from tests.factories.organisations import PASSWORD, OrganisationFactory, UserFactory
from tests.factories.performance import GoalFactory, PerformanceReviewFactory
from tests.factories.records import one_of_each_record

__all__ = [
    "EXAMPLE",
    "PASSWORD",
    "EmployeeFactory",
    "GoalFactory",
    "KeyUseFactory",
    "LeaveBalanceFactory",
    "LeaveRequestFactory",
    "OrganisationFactory",
    "PerformanceReviewFactory",
    "UserFactory",
    "generated_key",
    "limited_key",
    "one_of_each_record",
]
