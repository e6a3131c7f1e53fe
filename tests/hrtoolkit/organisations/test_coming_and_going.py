"""People change roles and leave; organisations are suspended and come back.

Pages follow at the next request, whatever session is open (contract, section 6
says it of keys). ``test_access`` has the roles.
"""

import pytest
from django.test import Client
from django.utils import timezone

from apikeys.models import APIKey
from hrtoolkit.organisations.models import Organisation, Role, User
from tests.factories import OrganisationFactory, UserFactory, generated_key
from tests.integration import get
from tests.people import browser_of, sign_in, text

pytestmark = pytest.mark.django_db

PAGE = "/settings/api-keys/"


@pytest.fixture
def user() -> User:
    return UserFactory(org_admin=True)


@pytest.fixture
def browser(user: User) -> Client:
    return browser_of(user)


def suspend(*, until_now: bool = False) -> None:
    Organisation.objects.update(suspended_at=None if until_now else timezone.now())


def test_a_promotion_opens_pages_at_the_next_request() -> None:
    user = UserFactory()
    browser = browser_of(user)
    assert browser.get(PAGE).status_code == 403
    User.objects.update(role=Role.ORG_ADMIN)
    assert browser.get(PAGE).status_code == 200


def test_who_is_moved_sees_the_new_organisation_alone(
    user: User, browser: Client
) -> None:
    generated_key(organisation=user.organisation, name="Of the old one")
    there = OrganisationFactory()
    generated_key(organisation=there, name="Of the new one")
    assert "Of the old one" in text(browser.get(PAGE))
    User.objects.update(organisation=there)
    page = text(browser.get(PAGE))
    assert "Of the new one" in page
    assert "Of the old one" not in page


def test_a_deleted_person_is_out_at_the_next_request(
    user: User, browser: Client
) -> None:
    assert browser.get(PAGE).status_code == 200
    user.delete()
    assert browser.get(PAGE).status_code == 302


def test_a_staff_member_who_isnt_any_more_leaves_the_admin() -> None:
    browser = browser_of(UserFactory(staff=True))
    assert browser.get("/admin/").status_code == 200
    User.objects.update(is_staff=False, is_superuser=False)
    assert browser.get("/admin/").status_code == 403


def test_a_deactivated_person_doesnt_sign_in_and_may_come_back(
    user: User, browser: Client
) -> None:
    User.objects.update(is_active=False)
    assert browser.get(PAGE).status_code == 302
    assert sign_in(Client(), user).status_code == 200
    User.objects.update(is_active=True)
    assert sign_in(Client(), user).status_code == 302


@pytest.mark.parametrize("leaves", ["demoted", "deactivated", "moved", "deleted"])
def test_keys_outlive_the_person_who_generated_them(user: User, leaves: str) -> None:
    browser = browser_of(user)
    form = {
        "name": "Payroll",
        "scopes": "read:employees",
        "submission_id": "12345678-1234-5678-1234-567812345678",
    }
    page = text(browser.post("/settings/api-keys/generate/", form))
    value = page.partition('id="api-key-value"')[2].partition('value="')[2][:44]
    organisation = user.organisation
    if leaves == "demoted":
        User.objects.update(role=Role.EMPLOYEE)
    elif leaves == "deactivated":
        User.objects.update(is_active=False)
    elif leaves == "moved":
        User.objects.update(organisation=OrganisationFactory())
    else:
        user.delete()
    answer = get("/key", authorization=f"Bearer {value}")
    assert answer.status_code == 200
    key = APIKey.objects.get()
    assert key.organisation == organisation
    successor = browser_of(UserFactory(org_admin=True, organisation=organisation))
    assert str(user) in text(successor.get(key.get_absolute_url()))


def test_a_suspension_holds_from_the_next_request_on_pages_and_keys_alike(
    user: User, browser: Client
) -> None:
    token = generated_key(organisation=user.organisation).token
    assert browser.get(PAGE).status_code == 200
    assert get("/key", token).status_code == 200
    suspend()
    assert browser.get(PAGE).status_code == 302
    assert browser.post("/settings/api-keys/generate/").status_code == 302
    assert get("/key", token).status_code == 401
    assert sign_in(Client(), user).status_code == 200
    suspend(until_now=True)
    assert get("/key", token).status_code == 200
    assert sign_in(Client(), user).status_code == 302
