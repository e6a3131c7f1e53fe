"""What people save while staff take something away from them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.utils import timezone

from hrtoolkit.organisations.models import Organisation, Role, User
from hrtoolkit.organisations.sign_in.forms import NewPasswordForm
from hrtoolkit.organisations.signals import change_begins
from tests.factories import PASSWORD, UserFactory
from tests.people import browser_of, sign_in

pytestmark = pytest.mark.django_db

NEW = "a very different long one"


@pytest.fixture
def admin() -> User:
    return UserFactory(org_admin=True)


@contextmanager
def staff_save(**fields: Any) -> Iterator[None]:
    """Let staff be quicker, with what they change of people or organisations."""

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
    with staff_save(role=Role.EMPLOYEE, is_active=False):
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


def test_a_security_setting_ends_no_suspension(admin: User) -> None:
    browser = browser_of(admin)
    sign_in(browser, admin)
    with staff_save(suspended_at=timezone.now()):
        browser.post("/settings/security/", {"second_factor_required": "on"})
    organisation = Organisation.objects.get()
    assert organisation.second_factor_required
    assert organisation.suspended_at
