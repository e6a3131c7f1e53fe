"""The pages that say no, and those that say sorry."""

from typing import NoReturn

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from hrtoolkit.organisations.models import Organisation
from hrtoolkit.organisations.sign_in.views import LoginView
from tests.browser import ON_ONE_DATABASE
from tests.browser.actors import ORG_ADMIN
from tests.browser.inspection import inspect
from tests.factories import PASSWORD, UserFactory

pytestmark = ON_ONE_DATABASE


@pytest.mark.usefixtures("live_server")
def test_an_address_that_leads_nowhere(page: Page) -> None:
    page.goto("/nothing/")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    inspect(page, "error-404")


@pytest.mark.usefixtures("live_server")
@pytest.mark.parametrize(
    ("fault", "status", "heading"),
    [
        (SuspiciousOperation, 400, "That didn’t work"),
        (RuntimeError, 500, "Something went wrong"),
        (OperationalError, 503, "Back in a moment"),
    ],
)
def test_a_fault_has_a_page_of_its_own(
    page: Page,
    monkeypatch: pytest.MonkeyPatch,
    fault: type[Exception],
    status: int,
    heading: str,
) -> None:
    def broken(*args: object, **kwargs: object) -> NoReturn:
        raise fault

    monkeypatch.setattr(LoginView, "get_context_data", broken)
    answer = page.goto("/login/")
    assert answer is not None
    assert answer.status == status
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    inspect(page, f"error-{status}")


@pytest.mark.usefixtures("harbour")
def test_a_form_whose_cookie_is_gone(page: Page) -> None:
    page.goto("/login/")
    page.get_by_label("Email address").fill(ORG_ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.context.clear_cookies()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Please try again")).to_be_visible()
    inspect(page, "error-403-csrf")


def test_who_may_not_in_is_told_who_can_help(
    page: Page, live_server: LiveServer, harbour: Organisation
) -> None:
    UserFactory(organisation=harbour, email="employee@harbour.example")
    page.goto("/login/")
    page.get_by_label("Email address").fill("employee@harbour.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    inspect(page, "sign-in-failed")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Settings")).to_have_count(0)
    inspect(page, "home-employee")
    page.goto("/settings/api-keys/")
    expect(page.get_by_text("admin@harbour.example")).to_be_visible()
    inspect(page, "error-403")
