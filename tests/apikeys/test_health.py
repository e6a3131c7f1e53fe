"""The health of keys at a glance, and scopes that nobody uses."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apikeys import expiry, services
from apikeys.actors import Actor
from apikeys.health import CHECKS
from apikeys.models import APIKey, Outcome
from apikeys.scopes import Scope
from hrtoolkit.organisations.models import Organisation, User
from tests.factories import (
    KeyUseFactory,
    OrganisationFactory,
    UserFactory,
    generated_key,
)
from tests.people import text

pytestmark = pytest.mark.django_db

LIST = "/settings/api-keys/"


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def key(
    organisation: Organisation,
    name: str = "Payroll",
    *,
    age: float = 100,
    used: Sequence[float] = (1,),
    lasts: int | None = 200,
    scopes: Sequence[str] = ("read:employees",),
    **kwargs: Any,
) -> APIKey:
    """Return a key, sound unless told otherwise, that was used some days ago."""
    day = lasts and expiry.today(organisation) + timedelta(days=lasts)
    api_key = generated_key(
        organisation=organisation,
        name=name,
        at=ago(age),
        scopes=scopes,
        expires_on=day,
        **kwargs,
    ).api_key
    for days in used:
        KeyUseFactory(api_key=api_key, last_at=ago(days))
    return api_key


def found(browser: Client) -> dict[str, int]:
    """Return what the top of the list says, and see that each link holds it."""
    matches = re.findall(
        r'href="[^"]*\?health=(\w+)" [^>]*>[^<]* <strong>(\d+)<',
        text(browser.get(LIST)),
    )
    counts = {name: int(count) for name, count in matches}
    assert counts == {name: len(n) for name in CHECKS if (n := listed(browser, name))}
    return counts


def listed(browser: Client, check: str) -> list[str]:
    """Return the names of the keys that a check's link leads to."""
    response = browser.get(LIST, {"health": check})
    assert response.status_code == 200
    assert CHECKS[check].advice in text(response)
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', text(response))


def test_a_sound_key_is_all_good(browser: Client, organisation: Organisation) -> None:
    key(organisation)
    assert found(browser) == {}
    assert "All good" in text(browser.get(LIST))


def test_without_an_active_key_there_is_no_health(
    browser: Client, organisation: Organisation
) -> None:
    services.revoke(key(organisation), actor=Actor("Somebody"))
    page = text(browser.get(LIST))
    assert "All good" not in page
    assert "Worth a look" not in page


def test_never_used(browser: Client, organisation: Organisation) -> None:
    api_key = key(organisation, used=(), age=1)
    # To be refused is no use of it.
    KeyUseFactory(api_key=api_key, outcome=Outcome.ADDRESS_DENIED)
    assert found(browser) == {"never_used": 1}


@pytest.mark.parametrize(("days", "expected"), [(88, {}), (91, {"idle": 1})])
def test_idle(
    browser: Client, organisation: Organisation, days: int, expected: dict[str, int]
) -> None:
    key(organisation, used=(days,), age=29 if not expected else 100)
    counts = found(browser)
    counts.pop("unused_scopes", None)
    assert counts == expected


def test_no_expiry(browser: Client, organisation: Organisation) -> None:
    key(organisation, lasts=None)
    assert found(browser) == {"no_expiry": 1}


@pytest.mark.parametrize(("age", "expected"), [(364.9, {}), (365.1, {"old": 1})])
def test_older_than_a_year(
    browser: Client, organisation: Organisation, age: float, expected: dict[str, int]
) -> None:
    key(organisation, age=age)
    assert found(browser) == expected


@pytest.mark.parametrize(("lasts", "expected"), [(15, {}), (12, {"expiring": 1})])
def test_expiring(
    browser: Client, organisation: Organisation, lasts: int, expected: dict[str, int]
) -> None:
    key(organisation, lasts=lasts)
    assert found(browser) == expected


def test_unused_scopes(browser: Client, organisation: Organisation) -> None:
    both = ["read:employees", "read:leave"]
    key(organisation, "Young", scopes=both, age=29)
    key(organisation, "Unused", scopes=both)
    used = key(organisation, "Used", scopes=both)
    KeyUseFactory(api_key=used, scope="read:leave", last_at=ago(28))
    long_ago = key(organisation, "Used long ago", scopes=both)
    KeyUseFactory(api_key=long_ago, scope="read:leave", last_at=ago(31))
    elsewhere = key(OrganisationFactory(), "Elsewhere", scopes=both)
    KeyUseFactory(api_key=elsewhere, scope="read:leave")
    assert found(browser) == {"unused_scopes": 2}
    assert listed(browser, "unused_scopes") == ["Used long ago", "Unused"]


@pytest.mark.parametrize("scope", Scope.values)
def test_each_scope_may_be_the_unused_one(
    browser: Client, organisation: Organisation, scope: str
) -> None:
    api_key = key(organisation, scopes=Scope.values, used=())
    for used in set(Scope.values) - {scope}:
        KeyUseFactory(api_key=api_key, scope=used)
    assert found(browser) == {"unused_scopes": 1}
    KeyUseFactory(api_key=api_key, scope=scope)
    assert found(browser) == {}


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        ("payroll-sync/2.2", {}),
        ("payroll-sync", {}),
        ("payroll", {"several_callers": 1}),
        ("Mozilla/5.0 (X11; Linux x86_64)", {"several_callers": 1}),
        ("", {"several_callers": 1}),
        ("/", {"several_callers": 1}),
        ("Łódź", {"several_callers": 1}),
    ],
)
def test_several_callers(
    browser: Client,
    organisation: Organisation,
    client: str,
    expected: dict[str, int],
) -> None:
    api_key = key(organisation)
    KeyUseFactory(api_key=api_key, client=client, ip_address="2001:db8::9")
    assert found(browser) == expected


def test_callers_of_long_ago_and_refused_ones_dont_count(
    browser: Client, organisation: Organisation
) -> None:
    api_key = key(organisation)
    KeyUseFactory(api_key=api_key, client="other/1", last_at=ago(31))
    KeyUseFactory(api_key=api_key, client="third/1", outcome=Outcome.SCOPE_DENIED)
    assert found(browser) == {}


def test_who_has_left(browser: Client, organisation: Organisation, admin: User) -> None:
    people = {
        name: UserFactory(organisation=organisation)
        for name in ("Still here", "Demoted", "Inactive", "Moved", "Deleted")
    }
    for name, user in people.items():
        key(organisation, name, actor=Actor(str(user), user.email, user))
    key(organisation, "From the command line", actor=Actor.from_command_line())
    User.objects.filter(pk=people["Inactive"].pk).update(is_active=False)
    User.objects.filter(pk=people["Moved"].pk).update(
        organisation=OrganisationFactory()
    )
    people["Deleted"].delete()
    assert found(browser) == {"left": 3}
    assert set(listed(browser, "left")) == {"Inactive", "Moved", "Deleted"}


def test_only_active_keys_of_the_organisation_count(
    browser: Client, organisation: Organisation
) -> None:
    key(organisation, "Sound")
    ill: dict[str, Any] = {"age": 400, "used": (), "scopes": Scope.values}
    key(OrganisationFactory(), "Elsewhere", lasts=None, **ill)
    revoked = key(organisation, "Revoked", lasts=None, **ill)
    services.revoke(revoked, actor=Actor("Somebody"))
    key(organisation, "Expired", lasts=-390, **ill)
    assert found(browser) == {}


def test_a_keys_page_points_out_the_scopes_it_doesnt_use(
    browser: Client, organisation: Organisation
) -> None:
    api_key = key(organisation, scopes=["read:employees", "read:leave"])
    page = text(browser.get(api_key.get_absolute_url()))
    assert "This key holds <code>read:leave</code>" in page
    assert "This key holds <code>read:employees</code>" not in page
    assert 'name="scope" value="read:leave"' in page


def test_one_click_takes_an_unused_scope_away(
    browser: Client, organisation: Organisation
) -> None:
    api_key = key(organisation, scopes=["read:employees", "read:leave"])
    page = text(browser.get(api_key.get_absolute_url()))
    action = re.search(r'action="([^"]*/remove-scope/)"', page)
    assert action
    browser.post(action[1], {"scope": "read:leave"})
    api_key.refresh_from_db()
    assert api_key.scopes == ["read:employees"]
    assert "This key holds" not in text(browser.get(api_key.get_absolute_url()))


def test_a_key_that_uses_no_scope_is_to_be_revoked_instead(
    browser: Client, organisation: Organisation
) -> None:
    api_key = key(organisation, scopes=["read:employees", "read:leave"], used=())
    page = text(browser.get(api_key.get_absolute_url()))
    assert "Nothing has used this key’s scopes for 30 days" in page
    assert "This key holds" not in page


@pytest.mark.parametrize("state", ["young", "used", "revoked", "expired"])
def test_other_keys_pages_point_nothing_out(
    browser: Client, organisation: Organisation, state: str
) -> None:
    api_key = key(
        organisation,
        age=29 if state == "young" else 100,
        lasts=-1 if state == "expired" else None,
        scopes=["read:employees", "read:leave"],
    )
    if state == "used":
        KeyUseFactory(api_key=api_key, scope="read:leave")
    if state == "revoked":
        services.revoke(api_key, actor=Actor("Somebody"))
    page = text(browser.get(api_key.get_absolute_url()))
    assert "Does it need all that it may read?" not in page
