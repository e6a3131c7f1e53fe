"""Records for the tests, as they would stand in a database."""

from tests.factories.api_keys import generated_key
from tests.factories.employees import EmployeeFactory
from tests.factories.organisations import PASSWORD, OrganisationFactory, UserFactory

__all__ = [
    "PASSWORD",
    "EmployeeFactory",
    "OrganisationFactory",
    "UserFactory",
    "generated_key",
]
