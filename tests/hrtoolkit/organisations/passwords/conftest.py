"""Somebody whose names could be in a password or a mail."""

import pytest

from hrtoolkit.organisations.models import User
from tests.factories import UserFactory


@pytest.fixture
def user() -> User:
    return UserFactory(
        first_name="Yolanda", last_name="Fitzgerald", email="yf@harbour.example"
    )
