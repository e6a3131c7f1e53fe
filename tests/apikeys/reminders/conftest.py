"""An organisation with one org admin."""

import pytest

from hrtoolkit.organisations.models import Organisation, User
from tests.apikeys.reminders.clockwork import admin_of
from tests.factories import OrganisationFactory


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory(name="Harbour Logistics")


@pytest.fixture
def admin(organisation: Organisation) -> User:
    return admin_of(organisation, "mei@harbour.example", first_name="Mei")
