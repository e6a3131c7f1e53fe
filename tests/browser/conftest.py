"""A real browser, and pages in it that must stay without complaint."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import chain
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from hrtoolkit.organisations.models import Organisation
from tests.browser import markup
from tests.browser.actors import ORG_ADMIN
from tests.browser.complaints import complaints_of
from tests.browser.markup import SentPages
from tests.factories import EmployeeFactory, OrganisationFactory, UserFactory
from tests.services import chromium
from tests.services.demo import Demo, running_demo

OpenPage = Callable[..., Page]

# A busy machine may take its time; a page that is wrong stays so.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Return a Chromium that all tests of this package share."""
    with chromium.started() as browser:
        yield browser


@pytest.fixture(scope="package")
def demo() -> Iterator[Demo]:
    """Return the demo, served with its data as ``make demo`` does."""
    with running_demo() as demo:
        yield demo


@pytest.fixture(scope="package")
def sent_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SentPages]:
    """Return what keeps the pages that are opened, to be valid HTML in the end.

    Starting html-validate takes a while, so it looks at all of them at once.
    """
    pages = SentPages(tmp_path_factory.mktemp("sent-pages"))
    yield pages
    markup.assert_valid(pages.folder)


@pytest.fixture
def open_page(
    browser: Browser, live_server: LiveServer, sent_pages: SentPages
) -> Iterator[OpenPage]:
    """Return a function that opens an empty page, as in a browser just installed.

    It takes Playwright's options of a context: ``java_script_enabled=False``,
    ``color_scheme="dark"``, ``viewport``. The test fails if a page of its
    complains: of an error, of the content security policy, of something that
    couldn't be loaded, or of a request to somewhere else.
    """
    complaints = []
    with ExitStack() as contexts:

        def open_page(**options: Any) -> Page:
            options = {"base_url": live_server.url, "locale": "en-AU"} | options
            context = browser.new_context(**options)
            contexts.enter_context(context)
            complaints.append(complaints_of(context, live_server.url))
            sent_pages.collect(context, live_server.url)
            return context.new_page()

        yield open_page
    assert not any(complaints), "\n".join(chain(*complaints))


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Return an empty page."""
    return open_page()


@pytest.fixture
def harbour(live_server: LiveServer) -> Organisation:
    """An organisation with people in it, beside another one."""
    harbour = OrganisationFactory(name="Harbour Logistics", slug="harbour-logistics")
    UserFactory(
        org_admin=True,
        organisation=harbour,
        email=ORG_ADMIN,
        first_name="Mei",
        last_name="O’Brien",
    )
    EmployeeFactory.create_batch(25, organisation=harbour)
    EmployeeFactory.create_batch(3)
    return harbour
