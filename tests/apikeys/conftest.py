"""An org admin at the browser."""

import pytest
from django.test import Client

from hrtoolkit.organisations.models import Organisation, User
from tests.factories import OrganisationFactory, UserFactory


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def admin(organisation: Organisation) -> User:
    return UserFactory(org_admin=True, organisation=organisation)


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client(REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="Firefox")
    client.force_login(admin, backend="hrtoolkit.organisations.backends.UserBackend")
    return client
