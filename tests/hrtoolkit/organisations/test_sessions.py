"""How long people stay signed in, and what ends it."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hrtoolkit.organisations.models import User
from hrtoolkit.organisations.sign_in import timeouts
from hrtoolkit.organisations.sign_in.timeouts import LONGEST
from tests.factories import PASSWORD, UserFactory
from tests.people import LetPass, browser_of, sign_in, text

pytestmark = pytest.mark.django_db

PAGE = "/settings/api-keys/"
LOG = "/settings/audit-log/"
COOKIE = "sessionid"
IDLE = timedelta(hours=2)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def user() -> User:
    return UserFactory(org_admin=True)


@pytest.fixture
def browser(user: User) -> Client:
    return browser_of(user)


def copy_of(browser: Client) -> Client:
    """Return another browser, into which somebody copied the cookie."""
    copy = Client()
    copy.cookies[COOKIE] = browser.cookies[COOKIE].value
    return copy


def is_in(browser: Client) -> bool:
    return bool(browser.get(PAGE).status_code == 200)


def test_signing_in_gives_the_session_a_new_name(user: User) -> None:
    browser = Client()
    # A link of the reset mail gives a stranger a session.
    browser.get("/login/")
    session = browser.session
    session["planted"] = True
    session.save()
    name = str(session.session_key)
    browser.cookies[COOKIE] = name
    planted = copy_of(browser)
    sign_in(browser, user)
    assert is_in(browser)
    assert browser.cookies[COOKIE].value != name
    assert not is_in(planted)


def test_signing_out_ends_the_session_for_a_copy_as_well(browser: Client) -> None:
    copy = copy_of(browser)
    assert is_in(copy)
    browser.post("/logout/")
    assert not is_in(copy)
    assert not Session.objects.exists()


def test_without_a_click_a_session_ends(browser: Client, let_pass: LetPass) -> None:
    let_pass(IDLE + MINUTE)
    assert not is_in(browser)


def test_a_click_keeps_it_from_ending(browser: Client, let_pass: LetPass) -> None:
    for _ in range(4):
        let_pass(IDLE - MINUTE)
        assert is_in(browser)


def test_at_some_time_it_ends_anyway(browser: Client, let_pass: LetPass) -> None:
    name = browser.session.session_key
    for _ in range(12):
        assert is_in(browser)
        let_pass(LONGEST / 12)
    let_pass(MINUTE)
    response = browser.get(PAGE, follow=True)
    assert response.redirect_chain == [(f"/login/?next={PAGE}", 302)]
    assert "You were signed out: please sign in again." in text(response)
    assert not Session.objects.filter(session_key=name).exists()


@pytest.mark.parametrize(
    ("address", "came_from", "page"),
    [
        (f"{PAGE}generate/", f"http://testserver{PAGE}generate/", f"{PAGE}generate/"),
        (LOG + "export/", f"http://testserver{LOG}?person=Mei", LOG),
        (LOG + "export/", "", "/"),
        (LOG + "export/", "http://[", "/"),
    ],
)
def test_who_was_signed_out_meanwhile_is_told_that_the_form_was_not_received(
    browser: Client,
    user: User,
    let_pass: LetPass,
    address: str,
    came_from: str,
    page: str,
) -> None:
    let_pass(IDLE + MINUTE)
    response = browser.post(address, headers={"referer": came_from}, follow=True)
    assert response.redirect_chain == [(f"/login/?unsent=yes&next={page}", 302)]
    assert "what you just sent was not received" in text(response)
    assert "nothing was changed" not in text(response)
    form = {"username": user.email, "password": PASSWORD, "next": page}
    assert browser.post("/login/", form).headers["Location"] == page


def test_who_is_signed_out_already_may_sign_out_again(browser: Client) -> None:
    for _ in range(2):
        assert browser.post("/logout/").headers["Location"] == "/login/"


def test_a_session_of_unknown_age_ends(browser: Client) -> None:
    session = browser.session
    del session["signed_in_at"]
    session.save()
    assert not is_in(browser)


def test_a_click_is_written_down_once_a_minute(
    browser: Client,
    let_pass: LetPass,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(2):
        with django_assert_num_queries(2):  # the session, the user
            browser.get("/")
    let_pass(MINUTE + timedelta(seconds=1))
    with django_assert_num_queries(5):  # and the session, in a transaction
        browser.get("/")
    with django_assert_num_queries(2):
        browser.get("/")


def test_a_database_that_takes_no_writes_keeps_nobody_from_reading(
    browser: Client, let_pass: LetPass
) -> None:
    let_pass(2 * MINUTE)

    def read_only(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith("UPDATE"):
            raise DatabaseError("The disk is full.")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(read_only):
        assert is_in(browser)


def test_a_session_that_ends_meanwhile_is_not_brought_back(browser: Client) -> None:
    session = browser.session
    assert session["seen_at"]
    browser.post("/logout/")
    timeouts.touch(session, 0)
    assert not Session.objects.exists()


def test_the_browser_forgets_it_when_it_is_closed(user: User) -> None:
    browser = Client()
    sign_in(browser, user)
    cookie = browser.cookies[COOKIE]
    assert not cookie["max-age"]
    assert not cookie["expires"]
