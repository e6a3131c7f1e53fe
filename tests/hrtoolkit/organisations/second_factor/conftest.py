"""An org admin, who has a second factor where there are codes."""

import pytest

from hrtoolkit.organisations.models import User
from tests.factories import UserFactory
from tests.people import give_second_factor


@pytest.fixture
def user() -> User:
    return UserFactory(org_admin=True)


@pytest.fixture
def codes(user: User) -> list[str]:
    """The recovery codes of a user who has a second factor."""
    return give_second_factor(user)
