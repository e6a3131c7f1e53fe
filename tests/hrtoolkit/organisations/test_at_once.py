"""What is saved while somebody else saves another part of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from hrtoolkit.organisations.models import Organisation, Role, User
from hrtoolkit.organisations.sign_in.forms import NewPasswordForm
from hrtoolkit.organisations.signals import change_begins
from tests.factories import PASSWORD, OrganisationFactory, UserFactory
from tests.people import browser_of, fields_of, sign_in, text

pytestmark = pytest.mark.django_db

USERS = "/admin/organisations/user/"
NEW = "a very different long one"


@pytest.fixture
def admin() -> User:
    return UserFactory(org_admin=True)


@contextmanager
def others_save(**fields: Any) -> Iterator[None]:
    """Let others be quicker, with what they change of people or organisations."""

    def save(sender: type[User | Organisation], **kwargs: Any) -> None:
        sender.objects.update(**fields)

    change_begins.connect(save)
    try:
        yield
    finally:
        change_begins.disconnect(save)


def test_a_new_password_brings_back_no_role(admin: User) -> None:
    browser = browser_of(admin)
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    with others_save(role=Role.EMPLOYEE, is_active=False):
        browser.post("/account/password/", form)
    admin.refresh_from_db()
    assert admin.check_password(NEW)
    assert admin.role == Role.EMPLOYEE
    assert not admin.is_active


def test_a_password_by_email_brings_back_no_role(admin: User) -> None:
    form = NewPasswordForm(admin, {"new_password1": NEW, "new_password2": NEW})
    assert form.is_valid()
    User.objects.update(role=Role.EMPLOYEE)
    form.save()
    admin.refresh_from_db()
    assert admin.role == Role.EMPLOYEE


def test_a_password_by_staff_brings_back_no_name(admin: User) -> None:
    staff = browser_of(UserFactory(staff=True))
    form = {"usable_password": "true", "password1": NEW, "password2": NEW}
    with others_save(first_name="Mei"):
        staff.post(f"{USERS}{admin.pk}/password/", form)
    admin.refresh_from_db()
    assert admin.check_password(NEW)
    assert admin.first_name == "Mei"


def test_staff_bring_back_no_password(admin: User) -> None:
    staff = browser_of(UserFactory(staff=True))
    page = f"{USERS}{admin.pk}/change/"
    form = fields_of(staff.get(page)) | {"first_name": "Mei"}
    with others_save(password=make_password(NEW)):
        staff.post(page, form)
    admin.refresh_from_db()
    assert admin.first_name == "Mei"
    assert admin.check_password(NEW)


def test_staff_lock_the_audit_logs_of_all_before_the_first(admin: User) -> None:
    staff = browser_of(UserFactory(staff=True))
    other = UserFactory(org_admin=True)
    both = {admin.organisation, other.organisation}
    for action in ("turn_off_second_factor", "delete_selected"):
        locked: list[set[Organisation]] = []

        def lock(organisations: set[Organisation], **kwargs: Any) -> None:
            locked.append(organisations)  # noqa: B023

        form = {"action": action, "_selected_action": [admin.pk, other.pk], "post": 1}
        change_begins.connect(lock)
        try:
            staff.post(USERS, form)
        finally:
            change_begins.disconnect(lock)
        assert locked[0] == both


def test_a_security_setting_ends_no_suspension(admin: User) -> None:
    browser = browser_of(admin)
    sign_in(browser, admin)
    with others_save(suspended_at=timezone.now()):
        browser.post("/settings/security/", {"second_factor_required": "on"})
    organisation = Organisation.objects.get()
    assert organisation.second_factor_required
    assert organisation.suspended_at


def test_a_page_opened_before_a_suspension_does_not_end_it() -> None:
    staff, organisation = browser_of(UserFactory(staff=True)), OrganisationFactory()
    address = f"/admin/organisations/organisation/{organisation.pk}/change/"
    fields = fields_of(staff.get(address)) | {"name": "Renamed"}
    Organisation.objects.update(suspended_at=timezone.now())
    response = staff.post(address, fields)
    assert "Somebody has changed this since you opened the page." in text(response)
    assert "save again: Name, Suspended at." in text(response)
    organisation.refresh_from_db()
    assert organisation.is_suspended
    assert organisation.name != "Renamed"
    shown = fields | {"seen": response.context["seen"]}
    assert staff.post(address, shown).status_code == 302
    organisation.refresh_from_db()
    assert not organisation.is_suspended


def test_a_page_opened_before_a_role_was_taken_does_not_give_it_back(
    admin: User,
) -> None:
    staff, page = browser_of(UserFactory(staff=True)), f"{USERS}{admin.pk}/change/"
    fields = fields_of(staff.get(page)) | {"last_name": "Tan"}
    User.objects.filter(pk=admin.pk).update(role=Role.EMPLOYEE, is_active=False)
    assert staff.post(page, fields).status_code == 200
    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == (Role.EMPLOYEE, False)


def test_a_page_that_says_what_is_so_already_is_no_change() -> None:
    staff, organisation = browser_of(UserFactory(staff=True)), OrganisationFactory()
    address = f"/admin/organisations/organisation/{organisation.pk}/change/"
    fields = fields_of(staff.get(address)) | {"name": "Renamed"}
    assert staff.post(address, fields).status_code == 302
    assert staff.post(address, fields).status_code == 302
