"""What must never be found (contract, section 7): the plaintext of a key."""

import io
import logging
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from apikeys import audit, services, tokens
from apikeys.actors import Actor
from apikeys.models import APIKey
from apikeys.services import generation
from apikeys.views import identify as identify_page
from apikeys.views import reveal as reveal_page
from hrtoolkit.api.listing import List
from hrtoolkit.organisations.models import User
from tests.apikeys.test_pages import GENERATE, revealed
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

IDENTIFY = "/settings/api-keys/identify/"
AUDIT_LOG = "/settings/audit-log/"
ADMIN = {"username": "mei@harbour.example", "password": "correct horse battery"}


@pytest.fixture
def admin(settings: Settings) -> User:
    settings.ADMINS = [("Ops", "ops@hrtoolkit.example")]
    return UserFactory(
        org_admin=True, email=ADMIN["username"], password=ADMIN["password"]
    )


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client(raise_request_exception=False)
    client.post("/login/", ADMIN)
    return client


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that is logged, through the formatter of the settings."""
    stream = io.StringIO()
    console = next(h for h in logging.getLogger().handlers if h.name == "console")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(console.formatter)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def dump() -> str:
    """Return every row of every table as text."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += [repr((table, *row)) for row in cursor.fetchall()]
    return "\n".join(rows)


def generate(browser: Client) -> str:
    form = {
        "name": "Payroll",
        "scopes": ["read:employees"],
        "submission_id": str(uuid4()),
    }
    value = revealed(browser.post(GENERATE, form))
    assert value
    return value


def newest_key() -> str:
    """Return the address of the page of a key that was never rotated."""
    return f"/settings/api-keys/{APIKey.objects.latest('pk').pk}/"


def rotate(browser: Client) -> str:
    form = {"submission_id": str(uuid4())}
    value = revealed(browser.post(f"{newest_key()}rotate/", form))
    assert value
    return value


def generate_by_command(admin: User, capsys: pytest.CaptureFixture[str]) -> str:
    assert admin.organisation is not None
    capsys.readouterr()
    call_command(
        "create_api_key",
        "--organisation",
        admin.organisation.slug,
        "--name=By command",
        "--scope=read:employees",
    )
    return capsys.readouterr().out.strip()


def use_well_and_badly(value: str, browser: Client) -> list[Any]:
    """Put the key everywhere it could go, and return what is answered."""
    stranger = Client(raise_request_exception=False)
    header = {"authorization": f"Bearer {value}"}
    api = "/api/external/employees"
    answers = [
        stranger.get(api, headers=header),
        stranger.get(api + "/1", headers=header),
        stranger.get(f"{api}?access_token={value}", headers=header),
        stranger.get(f"{api}?{value}=1&cursor={value}"),
        stranger.get(f"{api}/{value}", headers=header),
        stranger.get(f"/api/{value}", headers=header),
        stranger.get(api, headers={"authorization": f"Basic {value}"}),
        stranger.get(api, headers={"authorization": f"Bearer {value} {value}"}),
        stranger.get(api, headers={"cookie": f"sessionid={value}; {value}=1"}),
        stranger.get(api, headers=header | {"host": value}),
        stranger.get(api, headers=header | {"user-agent": value, "referer": value}),
        stranger.get(f"/{value}"),
        stranger.get(f"/{value}", headers={"host": f"{value}.example"}),
        stranger.get("/settings/", headers={"cookie": f"sessionid={value}"}),
        stranger.get("/settings/", headers={"x-forwarded-for": value}),
        stranger.post("/login/", {"username": value, "password": value}),
        stranger.post("/login/", ADMIN | {"password": value}),
        stranger.post("/login/forgotten/", {"email": value}),
        stranger.get(f"/login/new-password/{value}/{value}/"),
        browser.post("/account/password/", {"old_password": value}),
        browser.post("/account/second-factor/", {"code": value}),
        browser.get(f"/{value}"),
        browser.get(f"/settings/api-keys/{value}/"),
        browser.get(f"/settings/api-keys/?status={value}"),
        browser.get("/", headers={"user-agent": value, "x-real-ip": value}),
    ]
    key = newest_key()
    forms = {
        GENERATE: ("name", "scopes", "expires_on", "submission_id"),
        f"{key}rotate/": ("expires_on", "ends_on", "submission_id"),
        f"{key}change/": ("name", "note", "scopes", "allowed_networks", "seen"),
        f"{key}remove-scope/": ("scope",),
    }
    # As it is copied from a chat, with a character that nobody sees behind it.
    for pasted in (value, f"{value}\u200b"):
        for page, names in forms.items():
            answers.append(browser.post(page, dict.fromkeys(names, pasted)))
        answers.append(browser.get(AUDIT_LOG, {"person": pasted}))
    pastes = (value, f"API_KEY={value}", value[:-1], value[:-1] + "+", value * 2)
    answers += [browser.post(IDENTIFY, {"key": pasted}) for pasted in pastes]
    answers += [browser.get(f"{IDENTIFY}?key={value}")]
    filters = ("key", "person", "action", "from", "to", "before")
    answers += [browser.get(AUDIT_LOG, dict.fromkeys(filters, value))]
    answers += [browser.post(f"{AUDIT_LOG}export/", dict.fromkeys(filters, value))]
    again = Client(headers={"user-agent": f"payroll {value}", "referer": f"/{value}"})
    answers += [again.post("/login/", ADMIN), again.post("/logout/")]
    return answers


def break_things(
    browser: Client, admin: User, monkeypatch: pytest.MonkeyPatch, value: str
) -> list[Any]:
    """Make everything that holds a plaintext fail, and return what is answered."""

    def failing(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError(f"It holds {args!r} and {kwargs!r}")

    answers = []
    form = {"name": "Payroll", "scopes": ["read:employees"]}
    for module, name in (
        (reveal_page, "render"),
        (audit, "record"),
        (generation, "Generated"),
        (APIKey, "save"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, failing)
            for path in (GENERATE, f"{GENERATE}?pasted={value}"):
                fields = form | {"submission_id": str(uuid4())}
                answers.append(browser.post(path, fields))
            fields = {"submission_id": str(uuid4())}
            answers.append(browser.post(f"{newest_key()}rotate/", fields))
    for module, name in (
        (identify_page, "render"),
        (identify_page, "organisation_of"),
        (audit, "record"),
        (tokens, "digest"),
        (tokens, "is_well_formed"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, failing)
            answers.append(browser.post(IDENTIFY, {"key": value}))
    header = {"authorization": f"Bearer {value}"}
    with monkeypatch.context() as patch:
        patch.setattr(List, "answer", failing)
        answers.append(Client().get("/api/external/employees", headers=header))
    assert {answer.status_code for answer in answers} == {500}
    return answers


@pytest.mark.parametrize("debug", [False, True])
def test_the_plaintext_of_no_key_stands_anywhere(
    admin: User,
    browser: Client,
    logged: io.StringIO,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    *,
    debug: bool,
) -> None:
    settings.DEBUG = debug
    caplog.set_level(logging.DEBUG)
    values = [
        generate(browser),
        rotate(browser),
        generate_by_command(admin, capsys),
        rotate(browser),
    ]
    answers = []
    for value in values:
        answers += use_well_and_badly(value, browser)
        answers += break_things(browser, admin, monkeypatch, value)
    for key in APIKey.objects.all():
        services.revoke(key, actor=Actor.from_command_line())
    for value in values:
        answers += use_well_and_badly(value, browser)

    captured = capsys.readouterr()
    places = {
        "database": dump(),
        "sessions": repr([session.get_decoded() for session in Session.objects.all()]),
        "cookies": repr([a.cookies for a in answers]) + repr(browser.cookies),
        "log": logged.getvalue(),
        "log records": caplog.text,
        "error mails": repr([m.message().as_string() for m in mail.outbox]),
        "terminal": captured.out + captured.err,
    }
    if not debug:
        assert mail.outbox, "the errors were mailed"
    assert "hrtoolkit.api" in places["log"]
    assert "Payroll" in places["database"]
    for value in values:
        for place, content in places.items():
            assert value not in content, place
            assert value[6:-6] not in content, place
        for answer in answers:
            # Django's own page for an address where nothing is shows the address.
            if not debug or answer.status_code == 500:
                assert value[6:-6] not in answer.content.decode()
