"""An org admin in Sydney, at the browser."""

import pytest
from django.test import Client

from hrtoolkit.organisations.models import Organisation
from tests.factories import OrganisationFactory, UserFactory


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory(slug="harbour", time_zone="Australia/Sydney")


@pytest.fixture
def browser(organisation: Organisation) -> Client:
    """An org admin's, whose sign-in is the first event of the log."""
    admin = UserFactory(
        org_admin=True,
        organisation=organisation,
        first_name="Mei",
        last_name="O’Brien",
        email="mei@harbour.example",
    )
    client = Client(REMOTE_ADDR="203.0.113.9", headers={"user-agent": "Firefox"})
    client.force_login(admin, backend="hrtoolkit.organisations.backends.UserBackend")
    return client
