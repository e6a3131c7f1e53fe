"""Organisations and people in Django admin."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.signals import user_logged_out
from django.test import Client
from django.utils import timezone

from apikeys import audit
from apikeys.models import AuditAction, AuditEvent
from hrtoolkit.organisations.models import Organisation, Role, User
from tests.factories import (
    PASSWORD,
    OrganisationFactory,
    UserFactory,
    generated_key,
)
from tests.people import fields_of, text

pytestmark = pytest.mark.django_db

USERS = "/admin/organisations/user/"
NEW_PASSWORD = {
    "usable_password": "true",
    "password1": "a long new password",
    "password2": "a long new password",
}


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(
        UserFactory(staff=True, first_name="Alex", last_name="Pemberton"),
        backend="hrtoolkit.organisations.backends.UserBackend",
    )
    return client


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory()


def change(staff: Client, user: User, **fields: Any) -> Any:
    address = f"{USERS}{user.pk}/change/"
    return staff.post(address, fields_of(staff.get(address)) | fields)


def events_of(organisation: Organisation) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(organisation=organisation).order_by("number"))


def test_a_suspension_holds_at_once(staff: Client, organisation: Organisation) -> None:
    address = f"/admin/organisations/organisation/{organisation.pk}/change/"
    tomorrow = timezone.localtime() + timedelta(days=1)
    later = {
        "suspended_at_0": str(tomorrow.date()),
        "suspended_at_1": "00:00",
    }
    response = staff.post(address, fields_of(staff.get(address)) | later)
    assert "Choose now or an earlier time: it holds at once." in text(response)
    organisation.refresh_from_db()
    assert not organisation.is_suspended


def test_somebody_who_is_gone_has_no_second_factor(staff: Client) -> None:
    chosen = {"action": "turn_off_second_factor", "_selected_action": "999999"}
    assert staff.post(USERS, chosen).status_code == 302


def test_an_organisation_leads_to_what_belongs_to_it(
    staff: Client, organisation: Organisation
) -> None:
    mine = generated_key(organisation=organisation).api_key
    others = generated_key().api_key
    UserFactory(organisation=organisation, email="mine@harbour.example")
    page = staff.get(f"/admin/organisations/organisation/{organisation.pk}/change/")
    links = re.findall(r'<li><a href="([^"]+\?[^"]+)"', page.content.decode())
    keys, events, users = (staff.get(link).content.decode() for link in links)
    assert mine.fingerprint in keys
    assert others.fingerprint not in keys
    assert mine.fingerprint in events
    assert others.fingerprint not in events
    assert "mine@harbour.example" in users


def test_a_new_role_is_recorded(staff: Client, organisation: Organisation) -> None:
    user = UserFactory(organisation=organisation, role=Role.EMPLOYEE)
    assert change(staff, user, role=Role.ORG_ADMIN).status_code == 302
    user.refresh_from_db()
    assert user.is_org_admin
    changed, acted = events_of(organisation)
    assert changed.action == AuditAction.ROLE_CHANGED
    assert changed.actor_name == "Alex Pemberton"
    assert changed.details == {
        "email": user.email,
        "from": "employee",
        "to": "org_admin",
    }
    assert acted.action == AuditAction.STAFF_ACTED
    assert acted.details["fields"] == ["Role"]


def test_a_new_name_is_no_new_role(staff: Client, organisation: Organisation) -> None:
    user = UserFactory(organisation=organisation)
    change(staff, user, first_name="Zoë")
    [acted] = events_of(organisation)
    assert acted.action == AuditAction.STAFF_ACTED


def test_a_slug_stays(staff: Client, organisation: Organisation) -> None:
    slug = organisation.slug
    address = f"/admin/organisations/organisation/{organisation.pk}/change/"
    form = fields_of(staff.get(address)) | {"name": "Another", "slug": "another"}
    assert staff.post(address, form).status_code == 302
    organisation.refresh_from_db()
    assert (organisation.name, organisation.slug) == ("Another", slug)
    form = {"name": "A new one", "slug": "a-new-one", "time_zone": "Australia/Perth"}
    staff.post("/admin/organisations/organisation/add/", form)
    assert Organisation.objects.filter(slug="a-new-one").exists()


def test_a_new_person_has_a_new_role(staff: Client, organisation: Organisation) -> None:
    fields = {
        "email": "New@Harbour.example",
        "first_name": "New",
        "organisation": organisation.pk,
        "role": Role.ORG_ADMIN,
        "usable_password": "true",
        "password1": "a long new password",
        "password2": "a long new password",
    }
    assert staff.post(f"{USERS}add/", fields).status_code == 302
    user = User.objects.get(email="new@harbour.example")
    assert user.is_org_admin
    assert not user.is_superuser
    assert [event.action for event in events_of(organisation)] == [
        AuditAction.ROLE_CHANGED,
        AuditAction.STAFF_ACTED,
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"role": ""},
        {"organisation": ""},
        {"is_staff": "on"},
        {"first_name": "yhrtk_" + "a" * 38},
        {"first_name": "a\u202eb"},
        {"email": "not an address"},
        {"email": "yhrtk_" + "a" * 38 + "@harbour.example"},
    ],
)
def test_a_contradiction_is_refused(
    staff: Client, organisation: Organisation, fields: dict[str, str]
) -> None:
    user = UserFactory(organisation=organisation)
    response = change(staff, user, **fields)
    assert response.status_code == 200
    assert response.context["errors"]
    assert not events_of(organisation)


def test_an_organisation_is_suspended_and_never_deleted(
    staff: Client, organisation: Organisation
) -> None:
    address = f"/admin/organisations/organisation/{organisation.pk}/"
    assert staff.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    fields = fields_of(staff.get(f"{address}change/"))
    now = {"suspended_at_0": "2026-07-01", "suspended_at_1": "09:00"}
    assert staff.post(f"{address}change/", fields | now).status_code == 302
    organisation.refresh_from_db()
    assert organisation.is_suspended
    [event] = events_of(organisation)
    assert event.details["what"].startswith(f"organisation {organisation}")
    assert event.details["fields"] == ["Suspended at"]


def test_an_unknown_time_zone_is_refused(
    staff: Client, organisation: Organisation
) -> None:
    address = f"/admin/organisations/organisation/{organisation.pk}/change/"
    fields = fields_of(staff.get(address)) | {"time_zone": "Australia/Wagga"}
    response = staff.post(address, fields)
    assert "This is not a time zone" in response.content.decode()


def test_a_sign_out_of_nobody_leaves_no_event() -> None:
    user_logged_out.send(User, request=None, user=None)
    assert not AuditEvent.objects.exists()


def test_who_is_moved_away_shows_at_both_organisations(
    staff: Client, organisation: Organisation
) -> None:
    user = UserFactory(org_admin=True, organisation=organisation)
    there = OrganisationFactory()
    change(staff, user, organisation=there.pk)
    [left] = events_of(organisation)
    assert left.details["did"] == "moved away"
    assert AuditAction.ROLE_CHANGED in {event.action for event in events_of(there)}


def test_who_loses_a_role_shows_where_it_was(
    staff: Client, organisation: Organisation
) -> None:
    user = UserFactory(org_admin=True, organisation=organisation)
    change(staff, user, organisation="", role="")
    lost, _left = events_of(organisation)
    assert lost.details == {"email": user.email, "from": "org_admin", "to": ""}


def test_a_password_and_its_event_change_together(
    staff: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = UserFactory(organisation=organisation)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(audit, "record", fail)
        with pytest.raises(RuntimeError):
            staff.post(f"{USERS}{user.pk}/password/", NEW_PASSWORD)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    response = staff.post(f"{USERS}{user.pk}/password/", NEW_PASSWORD)
    assert response.status_code == 302
    user.refresh_from_db()
    assert user.check_password("a long new password")
    assert [event.action for event in events_of(organisation)] == ["staff_acted"]


def test_people_and_their_event_are_deleted_together(
    staff: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = UserFactory(organisation=organisation)
    fields = {
        "action": "delete_selected",
        "_selected_action": user.pk,
        "post": "yes",
    }

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("django.db.models.query.QuerySet.delete", fail)
        with pytest.raises(RuntimeError):
            staff.post(USERS, fields)
    assert not events_of(organisation)
    assert staff.post(USERS, fields).status_code == 302
    assert [event.details["did"] for event in events_of(organisation)] == ["deleted"]


AUTOCOMPLETE = (
    "autocomplete/?app_label=employees&model_name=employee&field_name=manager"
)
BAD_VALUES = ("abc", "%00", "9" * 25, "9" * 4000, "-1", "(", "%ED%A0%80", "")


@pytest.mark.parametrize("value", BAD_VALUES)
@pytest.mark.parametrize(
    "address",
    [
        "organisations/user/?organisation__id__exact={}",
        "organisations/user/?q={}",
        "organisations/user/?o={}",
        "organisations/user/?p={}",
        "organisations/user/?role__exact={}",
        "organisations/user/{}/change/",
        "employees/employee/?organisation__id__exact={}",
        "employees/employee/?given_name__regex={}",
        "employees/employee/?start_date__year={}",
        "employees/employee/add/?organisation={}&manager={}",
        "employees/employee/import/?organisation={}",
        "apikeys/apikey/?status={}",
        "apikeys/apikey/{}/change/",
        "apikeys/auditevent/?action__exact={}",
        "apikeys/auditevent/?ip_address={}",
        "apikeys/auditevent/?details__contains={}",
        AUTOCOMPLETE + "&term={}&organisation={}",
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_address_is_a_server_error(staff: Client, address: str, value: str) -> None:
    response = staff.get("/admin/" + address.format(value, value))
    assert response.status_code in (200, 302, 400, 403, 404)


@pytest.mark.parametrize("value", ["abc", "\0", "9" * 25, "9" * 4000])
def test_no_form_is_a_server_error(staff: Client, value: str) -> None:
    for path, fields in (
        ("employees/employee/add/", {"organisation": value, "manager": value}),
        ("employees/employee/import/", {"organisation": value}),
        (
            "apikeys/apikey/",
            {"action": "revoke_selected", "_selected_action": value},
        ),
    ):
        assert staff.post(f"/admin/{path}", fields).status_code in (200, 302, 400)
