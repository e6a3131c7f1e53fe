"""Staff, and an organisation whose employees they import."""

import pytest
from django.test import Client

from hrtoolkit.organisations.models import Organisation
from tests.employees.imports.uploading import signed_in
from tests.factories import OrganisationFactory


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def staff() -> Client:
    return signed_in(staff=True)
