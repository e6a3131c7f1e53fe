"""Keys and audit events in Django admin."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apikeys import admin, audit, expiry, services
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditAction, AuditEvent
from hrtoolkit.organisations.models import Organisation, User
from tests.factories import UserFactory, generated_key

pytestmark = pytest.mark.django_db

KEYS = "/admin/apikeys/apikey/"
EVENTS = "/admin/apikeys/auditevent/"
BACKEND = "hrtoolkit.organisations.backends.UserBackend"


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


def text(response: Any) -> str:
    """Return a page without its markup."""
    assert response.status_code == 200
    words = re.sub(r"<[^>]*>", " ", response.content.decode()).split()
    return unescape(" ".join(words))


def page_of(thing: APIKey | AuditEvent) -> str:
    return f"{KEYS if isinstance(thing, APIKey) else EVENTS}{thing.pk}/change/"


def listed(response: Any) -> list[APIKey | AuditEvent]:
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def revoke(staff: Client, *keys: APIKey, **more: str) -> Any:
    """Choose the action for these keys, and press the button."""
    selected = [api_key.pk for api_key in keys]
    form = {"action": "revoke_selected", "_selected_action": selected} | more
    return staff.post(KEYS, form, follow=True)


@pytest.mark.parametrize("address", [KEYS, EVENTS])
def test_it_is_for_staff_only(address: str) -> None:
    client = Client()
    assert client.get(address).headers["Location"].startswith("/login/")
    client.force_login(UserFactory(org_admin=True), backend=BACKEND)
    assert client.get(address).status_code == 403


# What staff can read.


def test_it_shows_the_keys_of_every_organisation(
    staff: Client, organisation: Organisation
) -> None:
    tomorrow = expiry.today(organisation) + timedelta(days=1)
    key = generated_key(organisation=organisation, expires_on=tomorrow).api_key
    other = generated_key(scopes=["read:leave"]).api_key
    response = staff.get(KEYS)
    assert listed(response) == [other, key]
    page = text(response)
    for shown in (
        organisation.name,
        key.fingerprint,
        "Operator of the tests",
        "read:employees, read:leave, read:performance",
        f"{tomorrow:%b} {tomorrow.year}",
        "Never",
    ):
        assert shown in page


def test_it_lists_keys_with_few_queries(
    staff: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(10):
        generated_key()
    with django_assert_num_queries(5):
        staff.get(KEYS)


@pytest.mark.parametrize("status", ["active", "expired", "revoked"])
def test_it_filters_keys_by_status(
    staff: Client, organisation: Organisation, status: str
) -> None:
    long_ago = timezone.now() - timedelta(days=9)
    expired = generated_key(
        at=long_ago, expires_on=expiry.today(organisation, long_ago)
    )
    revoked = generated_key(name="Old one")
    services.revoke(revoked.api_key, actor=Actor(name="Ann"))
    keys = {
        "active": generated_key().api_key,
        "expired": expired.api_key,
        "revoked": revoked.api_key,
    }
    response = staff.get(KEYS, {"status": status})
    assert listed(response) == [keys[status]]
    [row] = re.findall(r"<tr><td.*?</tr>", response.content.decode(), re.DOTALL)
    assert status.capitalize() in row


def test_it_ignores_a_status_that_there_is_not(staff: Client, api_key: APIKey) -> None:
    assert listed(staff.get(KEYS, {"status": "lost"})) == [api_key]


def test_it_finds_a_key_by_name_fingerprint_and_organisation(
    staff: Client, api_key: APIKey
) -> None:
    generated_key(name="Another")
    for query in (api_key.name, api_key.fingerprint, api_key.organisation.name):
        assert listed(staff.get(KEYS, {"q": query})) == [api_key]


def test_it_filters_keys_by_organisation(staff: Client, api_key: APIKey) -> None:
    generated_key()
    query = {"organisation__id__exact": api_key.organisation_id}
    assert listed(staff.get(KEYS, query)) == [api_key]


def test_it_leads_from_a_key_to_its_organisation_and_its_events(
    staff: Client, api_key: APIKey, event: AuditEvent
) -> None:
    generated_key()
    page = staff.get(page_of(api_key)).content.decode()
    organisation = (
        f"/admin/organisations/organisation/{api_key.organisation_id}/change/"
    )
    assert organisation in page
    [events] = re.findall(rf'href="({EVENTS}\?[^"]*)"', page)
    response = staff.get(events)
    assert listed(response) == [event]
    page = response.content.decode()
    assert organisation in page
    assert page_of(api_key) in page


def test_it_shows_who_revoked_a_key(staff: Client, api_key: APIKey) -> None:
    assert "Revoked (UTC): –" in text(staff.get(page_of(api_key)))
    services.revoke(api_key, actor=Actor(name="Ann Admin"))
    page = text(staff.get(page_of(api_key)))
    assert f"Revoked (UTC): {timezone.now():%-d %b %Y}" in page
    assert "Ann Admin" in page
    assert "Revoke…" not in page


def test_it_shows_what_an_org_admin_said_of_a_key(
    staff: Client, api_key: APIKey
) -> None:
    page = text(staff.get(page_of(api_key)))
    assert "Allowed networks: Anywhere" in page
    assert "Rotated from: –" in page
    services.change(
        api_key,
        actor=Actor(name="Ann"),
        seen=services.version(api_key),
        note="Ask Sam",
        allowed_networks=["203.0.113.0/24", "2001:db8::/32"],
    )
    new = services.rotate(api_key, actor=Actor(name="Ann"), submission_id=uuid4())
    response = staff.get(page_of(new.api_key))
    assert "Note: Ask Sam" in text(response)
    assert "Allowed networks: 203.0.113.0/24, 2001:db8::/32" in text(response)
    assert page_of(api_key) in response.content.decode()


def test_it_shows_the_newest_event_first(
    staff: Client, organisation: Organisation
) -> None:
    generated_key(organisation=organisation)
    generated_key(organisation=organisation)
    events = [event.pk for event in listed(staff.get(EVENTS))]
    assert events == sorted(events, reverse=True)


def test_it_shows_an_event(staff: Client, event: AuditEvent, api_key: APIKey) -> None:
    page = text(staff.get(page_of(event)))
    for shown in (
        "Key generated",
        str(event.organisation),
        str(api_key),
        "“Payroll” reads read:employees",
        "Operator of the tests",
        event.mac,
    ):
        assert shown in page


def test_it_shows_an_event_of_the_platform(staff: Client, person: User) -> None:
    event = audit.record(
        AuditAction.SIGNED_IN, organisation=None, actor=Actor(name="Pat")
    )
    assert "Organisation: The platform" in text(staff.get(page_of(event)))
    assert "The platform – – Pat" in text(staff.get(EVENTS))


def test_it_filters_events(staff: Client, api_key: APIKey) -> None:
    services.revoke(api_key, actor=Actor(name="Ann"))
    other = AuditEvent.objects.get(api_key=generated_key().api_key)
    [event] = listed(staff.get(EVENTS, {"action": "revoked"}))
    assert event.organisation == api_key.organisation
    assert other.organisation
    query = {"organisation__id__exact": other.organisation.pk}
    assert listed(staff.get(EVENTS, query)) == [other]


def test_it_finds_events_by_person(staff: Client, event: AuditEvent) -> None:
    assert listed(staff.get(EVENTS, {"q": "operator"})) == [event]
    assert listed(staff.get(EVENTS, {"q": "nobody"})) == []


def test_it_lists_events_with_few_queries_and_counts_no_further_than_it_pages(
    staff: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr("hrtoolkit.organisations.staff.COUNTED", 3)
    for _ in range(5):
        generated_key()
    with django_assert_num_queries(5) as queries:
        response = staff.get(EVENTS)
    assert response.context["cl"].result_count == 3
    counts = [query["sql"] for query in queries if "COUNT" in query["sql"]]
    assert len(counts) == 1
    assert "LIMIT 3" in counts[0]


# What nobody can change.


@pytest.mark.parametrize("address", [KEYS, EVENTS])
def test_it_adds_nothing(staff: Client, address: str) -> None:
    assert staff.get(f"{address}add/").status_code == 403
    assert staff.post(f"{address}add/", {"name": "x"}).status_code == 403


@pytest.mark.parametrize("kind", ["api_key", "event"])
def test_it_changes_nothing(
    staff: Client, kind: str, request: pytest.FixtureRequest
) -> None:
    thing = request.getfixturevalue(kind)
    before = list(type(thing).objects.values())
    assert staff.post(page_of(thing), {"name": "x"}).status_code == 403
    assert list(type(thing).objects.values()) == before
    page = staff.get(page_of(thing)).content.decode()
    assert 'name="_save"' not in page
    assert 'name="name"' not in page


@pytest.mark.parametrize("kind", ["api_key", "event"])
def test_it_deletes_nothing(
    staff: Client, kind: str, request: pytest.FixtureRequest
) -> None:
    thing = request.getfixturevalue(kind)
    model = type(thing)
    address = page_of(thing).replace("change", "delete")
    assert staff.get(address).status_code == 403
    assert staff.post(address, {"post": "yes"}).status_code == 403
    staff.post(
        KEYS if kind == "api_key" else EVENTS,
        {"action": "delete_selected", "_selected_action": thing.pk, "post": "yes"},
    )
    assert model.objects.filter(pk=thing.pk).exists()


def test_it_has_no_page_for_the_chains(staff: Client) -> None:
    assert staff.get("/admin/apikeys/auditchain/").status_code == 404


def test_it_deletes_a_user_whose_name_stays_on_record(
    staff: Client, organisation: Organisation
) -> None:
    ann = UserFactory(org_admin=True, organisation=organisation, first_name="Ann")
    actor = Actor(name=str(ann), email=ann.email, user=ann)
    api_key = generated_key(organisation=organisation, actor=actor).api_key
    address = f"/admin/organisations/user/{ann.pk}/delete/"
    assert staff.post(address, {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=ann.pk).exists()
    api_key.refresh_from_db()
    assert api_key.created_by is None
    assert api_key.created_by_name == str(ann)
    assert AuditEvent.objects.get(api_key=api_key).actor_id == ann.pk
    assert all(verdict.fault is None for verdict in audit.verify())


# Revoking.


def test_it_asks_before_it_revokes(staff: Client, api_key: APIKey) -> None:
    page = text(revoke(staff, api_key))
    for shown in (
        "This can't be undone",
        api_key.name,
        api_key.fingerprint,
        str(api_key.organisation),
    ):
        assert shown in page
    api_key.refresh_from_db()
    assert api_key.revoked_at is None


def test_it_revokes_what_was_confirmed(
    staff: Client, organisation: Organisation
) -> None:
    keys = [
        generated_key(organisation=organisation).api_key,
        generated_key().api_key,
    ]
    kept = generated_key(organisation=organisation).api_key
    assert "API keys revoked: 2." in text(revoke(staff, *keys, confirmed="yes"))
    for api_key in keys:
        api_key.refresh_from_db()
        assert api_key.revoked_by_name == "Pat Staff"
    kept.refresh_from_db()
    assert kept.revoked_at is None


def test_it_records_who_revoked_for_the_organisation(
    staff: Client, person: User, api_key: APIKey
) -> None:
    revoke(staff, api_key, confirmed="yes")
    event = AuditEvent.objects.filter(organisation=api_key.organisation)[0]
    assert event.action == AuditAction.REVOKED
    assert event.api_key == api_key
    assert (event.actor_name, event.actor_email) == ("Pat Staff", person.email)
    assert event.ip_address == "203.0.113.9"


def test_it_offers_to_revoke_on_the_page_of_a_key(
    staff: Client, api_key: APIKey
) -> None:
    page = staff.get(page_of(api_key)).content.decode()
    assert f'formaction="{KEYS}"' in page
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', page))
    assert fields.pop("action") == "revoke_selected"
    assert fields.pop("_selected_action") == str(api_key.pk)


def test_it_revokes_an_expired_key(staff: Client, organisation: Organisation) -> None:
    long_ago = timezone.now() - timedelta(days=9)
    api_key = generated_key(
        at=long_ago, expires_on=expiry.today(organisation, long_ago)
    ).api_key
    revoke(staff, api_key, confirmed="yes")
    api_key.refresh_from_db()
    assert api_key.revoked_at


def test_it_leaves_a_revoked_key_as_it_is(staff: Client, api_key: APIKey) -> None:
    services.revoke(api_key, actor=Actor(name="Ann"))
    page = text(revoke(staff, api_key, confirmed="yes"))
    assert "These keys are revoked already." in page
    api_key.refresh_from_db()
    assert api_key.revoked_by_name == "Ann"


def test_it_revokes_all_keys_or_none(
    staff: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [generated_key(organisation=organisation).api_key for _ in range(2)]
    revoke_one = services.revoke

    def fail_at_the_second(api_key: APIKey, **kwargs: Any) -> APIKey:
        if api_key == keys[1]:
            raise RuntimeError
        return revoke_one(api_key, **kwargs)

    monkeypatch.setattr(services, "revoke", fail_at_the_second)
    with pytest.raises(RuntimeError):
        revoke(staff, *keys, confirmed="yes")
    assert not APIKey.objects.exclude(revoked_at=None).exists()
    assert not AuditEvent.objects.filter(action="revoked").exists()


def test_it_revokes_no_more_keys_than_it_can_show(
    staff: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin, "REVOKED_AT_ONCE", 1)
    keys = [generated_key(organisation=organisation).api_key for _ in range(2)]
    page = text(revoke(staff, *keys, select_across="1", confirmed="yes"))
    assert "Choose at most 1 keys." in page
    assert not APIKey.objects.exclude(revoked_at=None).exists()


def test_it_lets_nobody_revoke_who_may_only_look(api_key: APIKey) -> None:
    user = UserFactory(staff=True, is_superuser=False)
    user.user_permissions.add(Permission.objects.get(codename="view_apikey"))
    client = Client()
    client.force_login(user, backend=BACKEND)
    assert "Action:" not in text(revoke(client, api_key, confirmed="yes"))
    api_key.refresh_from_db()
    assert api_key.revoked_at is None
