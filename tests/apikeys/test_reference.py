"""Settings → API Keys → reference."""

from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from apikeys import services
from apikeys.actors import Actor
from apikeys.scopes import Scope
from hrtoolkit.api.openapi import address
from hrtoolkit.api.registry import endpoints
from hrtoolkit.organisations.models import Organisation
from tests.factories import generated_key

pytestmark = pytest.mark.django_db

REFERENCE = "/settings/api-keys/reference/"


def page(browser: Client) -> str:
    response = browser.get(REFERENCE)
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_it_shows_every_endpoint_with_lines_to_copy(browser: Client) -> None:
    text = page(browser)
    for endpoint in endpoints():
        assert f"GET /api/external{address(endpoint)}" in text
    assert text.count("Authorization: Bearer $API_KEY") == len(endpoints())
    assert text.count("requests.get(") == len(endpoints())
    assert '"http://testserver/api/external/employees/42"' in text
    assert "support@yourhrtoolkit.com.au" in text


def test_it_uses_the_public_url(browser: Client, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://hr.example"
    assert '"https://hr.example/api/external/employees"' in page(browser)


def test_it_shows_which_active_keys_have_a_scope(
    browser: Client, organisation: Organisation
) -> None:
    generated_key(organisation=organisation, name="Ours", scopes=[Scope.READ_LEAVE])
    gone = generated_key(organisation=organisation, name="Gone").api_key
    services.revoke(gone, actor=Actor("Somebody"))
    generated_key(name="Somebody else's")
    text = page(browser)
    assert text.count(">Ours</a>") == 1
    assert "Gone" not in text
    assert "Somebody else's" not in text
    assert text.count("No active key has this scope.") == len(Scope) - 1


def test_it_costs_as_few_queries_with_many_keys(
    browser: Client,
    organisation: Organisation,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(10):
        generated_key(organisation=organisation)
    with django_assert_num_queries(3):  # the session, the user, the keys
        page(browser)
