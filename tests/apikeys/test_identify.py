"""Identifying a key that was found somewhere."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apikeys import services
from apikeys.actors import Actor
from apikeys.models import AuditEvent
from apikeys.tokens import new_token
from hrtoolkit.organisations.models import Organisation
from tests.factories import EXAMPLE, OrganisationFactory, generated_key
from tests.people import text

pytestmark = pytest.mark.django_db

IDENTIFY = "/settings/api-keys/identify/"


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory(name="Harbour Logistics")


@pytest.fixture
def generated(organisation: Organisation) -> services.Generated:
    return generated_key(organisation=organisation, name="Payroll")


def identified() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action="identified"))


def test_it_asks_for_a_key_that_nobody_looks_at(browser: Client) -> None:
    page = text(browser.get(IDENTIFY))
    [field] = re.findall(r'<input[^>]*name="key"[^>]*>', page)
    assert 'type="password"' in field
    assert 'autocomplete="off"' in field
    assert "maxlength" not in field


def test_the_list_of_keys_leads_to_it(browser: Client) -> None:
    assert IDENTIFY in text(browser.get("/settings/api-keys/"))


def test_it_says_which_key_it_is(
    browser: Client, organisation: Organisation, generated: services.Generated
) -> None:
    key = generated.api_key
    response = browser.post(IDENTIFY, {"key": generated.token.reveal()})
    page = text(response)
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    for expected in ("It is “Payroll”", key.fingerprint, key.get_absolute_url()):
        assert expected in page
    assert generated.token.reveal() not in page
    [event] = identified()
    assert (event.api_key, event.organisation) == (key, organisation)
    assert (event.ip_address, event.user_agent) == ("203.0.113.9", "Firefox")
    assert event.details == {}


def test_it_offers_to_revoke_it(browser: Client, generated: services.Generated) -> None:
    page = text(browser.post(IDENTIFY, {"key": generated.token.reveal()}))
    revoke = f"/settings/api-keys/{generated.api_key.pk}/revoke/"
    assert f'<form method="post" action="{revoke}"' in page
    browser.post(revoke)
    page = text(browser.post(IDENTIFY, {"key": generated.token.reveal()}))
    assert "It opens nothing any more." in page
    assert revoke not in page
    assert len(identified()) == 2


@pytest.mark.parametrize(
    "around",
    [
        "  {} \n",
        "API_KEY={}",
        'export API_KEY="{}"; curl',
        "API_KEY={}DATABASE_URL=sqlite",  # a field of one line drops line breaks
        "2026-07-01 GET /x Authorization: Bearer {}, again {}",
        "https://example.com/?key={}&x=1 and " + EXAMPLE[:-1] + "x",
        "é" * 10_000 + "{}" + "x" * 100_000,
    ],
)
def test_it_finds_the_key_in_what_stands_around_it(
    browser: Client, generated: services.Generated, around: str
) -> None:
    pasted = around.replace("{}", generated.token.reveal())
    assert "It is “Payroll”" in text(browser.post(IDENTIFY, {"key": pasted}))


def test_another_organisations_key_answers_as_an_unknown_one(browser: Client) -> None:
    answers = [
        browser.post(IDENTIFY, {"key": token.reveal()})
        for token in (new_token(), generated_key().token)
    ]
    pages = [
        re.sub('name="csrfmiddlewaretoken" value="[^"]*"', "", text(answer))
        for answer in answers
    ]
    assert "This isn’t a key of Harbour Logistics" in pages[0]
    assert pages[0] == pages[1]
    assert [answer.status_code for answer in answers] == [200, 200]
    for answer in answers:
        # The second may come a second later.
        del answer.headers["X-Request-Id"], answer.headers["Expires"]
    assert dict(answers[0].headers) == dict(answers[1].headers)
    assert not identified()


@pytest.mark.parametrize(
    ("pasted", "message"),
    [
        ("", "Paste a key."),
        (None, "Paste a key."),
        (" \n ", "Paste a key."),
        ("\x00", "Null characters are not allowed."),
        ("hello", "There is no key in it."),
        ("0" * 1_000_000, "There is no key in it."),
        ("yhrtk_", "mistyped or cut off"),
        (EXAMPLE[:-1], "mistyped or cut off"),
        (EXAMPLE[:-1] + "1", "mistyped or cut off"),
        (EXAMPLE.replace("A", "B", 1), "mistyped or cut off"),
        (EXAMPLE + new_token().reveal(), "There are several keys in it."),
        (EXAMPLE.replace("0", "٠", 1), "mistyped or cut off"),
    ],
)
def test_what_cannot_be_looked_up_is_said_at_the_field(
    browser: Client,
    pasted: str | None,
    message: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(2):  # the session and the user, and no look-up
        response = browser.post(IDENTIFY, {} if pasted is None else {"key": pasted})
    assert message in text(response)
    assert 'aria-invalid="true"' in text(response)
    assert "value=" not in re.findall(r'<input[^>]*name="key"[^>]*>', text(response))[0]
    assert not identified()


def test_an_expired_or_revoked_key_is_identified_too(
    browser: Client, generated: services.Generated
) -> None:
    services.revoke(generated.api_key, actor=Actor("Ann"))
    page = text(browser.post(IDENTIFY, {"key": generated.token.reveal()}))
    assert "It is “Payroll”" in page
    assert "Revoked" in page


def test_it_costs_few_queries(
    browser: Client,
    generated: services.Generated,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    # The session, the user, the key; the event in a savepoint, with its chain;
    # which key stands in its place.
    with django_assert_max_num_queries(9):
        browser.post(IDENTIFY, {"key": generated.token.reveal()})


def test_a_key_in_the_address_is_not_looked_up(
    browser: Client, generated: services.Generated
) -> None:
    page = text(browser.get(IDENTIFY, {"key": generated.token.reveal()}))
    assert "Payroll" not in page
    assert generated.token.reveal() not in page
    assert not identified()
