"""Who is kept out, and what nobody can change."""

import pytest
from django.test import Client

from apikeys import audit
from apikeys.actors import Actor
from apikeys.models import AuditEvent
from hrtoolkit.organisations.models import Organisation, User
from tests.apikeys.admin.pages import BACKEND, EVENTS, KEYS, page_of
from tests.factories import UserFactory, generated_key

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", [KEYS, EVENTS])
def test_it_is_for_staff_only(address: str) -> None:
    client = Client()
    assert client.get(address).headers["Location"].startswith("/login/")
    client.force_login(UserFactory(org_admin=True), backend=BACKEND)
    assert client.get(address).status_code == 403


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
