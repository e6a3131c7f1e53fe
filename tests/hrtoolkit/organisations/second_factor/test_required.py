"""An organisation that asks a second factor of its org admins."""

import pytest

from apikeys.models import AuditAction, AuditEvent
from hrtoolkit.organisations.models import Organisation, Role, User
from tests.factories import OrganisationFactory, UserFactory, generated_key
from tests.hrtoolkit.organisations.second_factor.steps import SECURITY, SET_UP
from tests.integration import get
from tests.people import browser_of, code_of, text

pytestmark = pytest.mark.django_db


def test_an_org_admin_asks_it_of_all_org_admins(user: User) -> None:
    browser = browser_of(user)
    assert "you set yours up next" in text(browser.get(SECURITY))
    page = browser.post(SECURITY, {"second_factor_required": "on"})
    assert page.headers["Location"] == SECURITY
    event = AuditEvent.objects.get(action=AuditAction.SECURITY_CHANGED)
    assert (event.organisation, event.actor_email) == (user.organisation, user.email)
    assert event.details == {"second_factor_required": True}
    for path in ("/settings/", SECURITY, "/settings/api-keys/"):
        assert browser.get(path).headers["Location"] == SET_UP
        assert browser.post(path).headers["Location"] == SET_UP
    assert "Settings open as soon as yours is set up" in text(browser.get(SET_UP))
    assert browser.get("/").status_code == 200
    browser.post(SET_UP, {"code": code_of(browser.session["second_factor_secret"])})
    assert browser.get("/settings/").status_code == 200
    assert "you set yours up next" not in text(browser.get(SECURITY))


def test_what_is_sent_just_after_it_is_asked_for_is_said_not_to_be_done(
    user: User,
) -> None:
    browser = browser_of(user)
    generated = generated_key(organisation=user.organisation)
    Organisation.objects.update(second_factor_required=True)
    revoke = f"/settings/api-keys/{generated.api_key.pk}/revoke/"
    assert "was not done" not in text(browser.get(revoke, follow=True))
    page = browser.post(revoke, follow=True)
    assert page.request["PATH_INFO"] == SET_UP
    assert "What you just sent was not done" in text(page)
    assert get("/key", generated.token).status_code == 200


def test_it_is_asked_of_nobody_else(user: User) -> None:
    organisation = user.organisation
    assert organisation
    Organisation.objects.filter(pk=organisation.pk).update(second_factor_required=True)
    token = generated_key(organisation=organisation).token
    assert get("/key", token).status_code == 200
    employee = UserFactory(organisation=organisation)
    assert browser_of(employee).get("/").status_code == 200
    assert browser_of(employee).get("/settings/").status_code == 403
    assert "asks its org admins" not in text(browser_of(employee).get(SET_UP))
    elsewhere = UserFactory(org_admin=True, organisation=OrganisationFactory())
    assert browser_of(elsewhere).get("/settings/").status_code == 200


def test_who_becomes_an_org_admin_sets_it_up_first(user: User) -> None:
    employee = UserFactory(organisation=user.organisation)
    Organisation.objects.update(second_factor_required=True)
    browser = browser_of(employee)
    assert browser.get("/settings/").status_code == 403
    User.objects.filter(pk=employee.pk).update(role=Role.ORG_ADMIN)
    assert browser.get("/settings/").headers["Location"] == SET_UP


def test_saving_what_is_already_so_is_no_event(user: User) -> None:
    browser = browser_of(user)
    browser.post(SECURITY, {})
    assert not AuditEvent.objects.filter(action=AuditAction.SECURITY_CHANGED).exists()


@pytest.mark.parametrize("value", ["\x00", "x" * 9999, "on"])
def test_any_other_value_of_a_checkbox_means_yes(user: User, value: str) -> None:
    browser_of(user).post(SECURITY, {"second_factor_required": value})
    assert Organisation.objects.get().second_factor_required
