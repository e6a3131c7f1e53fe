"""Platform staff at the browser, a key, and the event of its making."""

import pytest
from django.test import Client

from apikeys.models import APIKey, AuditEvent
from hrtoolkit.organisations.models import Organisation, User
from tests.apikeys.admin.pages import BACKEND
from tests.factories import UserFactory, generated_key


@pytest.fixture
def person() -> User:
    return UserFactory(staff=True, first_name="Pat", last_name="Staff")


@pytest.fixture
def staff(person: User) -> Client:
    client = Client(REMOTE_ADDR="203.0.113.9")
    client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture
def api_key(organisation: Organisation) -> APIKey:
    return generated_key(organisation=organisation).api_key


@pytest.fixture
def event(api_key: APIKey) -> AuditEvent:
    return AuditEvent.objects.get(api_key=api_key)
