"""What the logs and the error mails say, and what they must not."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, OperationalError
from django.test import Client, RequestFactory
from pytest_django import Settings

from hrtoolkit import access_log
from hrtoolkit.logs import JSONFormatter, LineFormatter, is_worth_mailing
from hrtoolkit.organisations import views
from hrtoolkit.text import redact
from tests.factories import EXAMPLE, UserFactory, generated_key
from tests.integration import get

TWICE = "".join(f"%25{ord(letter):02x}" for letter in EXAMPLE)


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str], settings: Settings) -> Iterator[Any]:
    """What the product writes in production, a function that takes it."""
    settings.HTTPS = True
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONFormatter())
    logging.getLogger().addHandler(handler)

    def take() -> list[dict[str, Any]]:
        lines = stream.getvalue() + capfd.readouterr().err
        return [json.loads(line) for line in lines.splitlines() if line[:1] == "{"]

    yield take
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """The front page fails, and says too much."""

    def failing(*args: Any, **kwargs: Any) -> Any:
        raise IntegrityError(
            "null value violates not-null constraint\n"
            "DETAIL:  Failing row contains (17, Mei, mei@harbour.example,\n1990-01-01)."
        )

    monkeypatch.setattr(views, "render", failing)
    settings.ADMINS = [("", "ops@hrtoolkit.example")]


@pytest.mark.parametrize(
    "written",
    [
        EXAMPLE,
        EXAMPLE[:20],
        "%79" + EXAMPLE[1:],
        EXAMPLE.replace("_", "%5f").replace("A", "%41"),
        "".join(f"%{ord(letter):02X}" for letter in EXAMPLE),
        TWICE,
    ],
)
def test_a_key_is_blotted_out_however_it_is_written(written: str) -> None:
    assert redact(f"a={written}&b=c") == "a=yhrtk_[redacted]&b=c"


@pytest.mark.django_db
@pytest.mark.usefixtures("broken")
def test_an_error_mail_has_no_key_no_form_and_no_record() -> None:
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(), "hrtoolkit.organisations.backends.UserBackend")
    form = {"name": "Mei Tan", EXAMPLE: EXAMPLE}
    answer = client.post(
        f"/?{EXAMPLE}&{TWICE}", form, headers={"referer": f"/?{TWICE}"}
    )
    assert answer.status_code == 500
    (message,) = mail.outbox
    assert answer.headers["X-Request-Id"] in message.body
    whole = f"{message.subject} {message.body}"
    assert "IntegrityError" in whole
    for secret in (EXAMPLE[6:], TWICE[20:], "Mei", "mei@harbour", "1990"):
        assert secret not in whole
    for variable in ("DATABASE_URL", "EMAIL_URL"):
        assert variable not in whole


@pytest.mark.django_db
def test_an_error_mail_hides_what_the_server_was_started_with(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, broken: None
) -> None:
    environment: dict[str, Any] = {
        "DATABASE_URL": "postgres://hr:open-sesame@db/hr",
        "NOTE_OF_THE_OPERATOR": "open-sesame",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings.REDIS_URL = "redis://:open-sesame@redis"
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(), "hrtoolkit.organisations.backends.UserBackend")
    # As granian does, whose requests carry its whole environment.
    client.get("/", **environment)
    (message,) = mail.outbox
    assert "open-sesame" not in message.body


@pytest.mark.django_db
def test_a_page_that_is_away_mails_nobody(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ADMINS = [("", "ops@hrtoolkit.example")]
    monkeypatch.setattr("hrtoolkit.health.MigrationExecutor", away)
    assert Client().get("/readyz").status_code == 503
    monkeypatch.setattr("hrtoolkit.api.statements.Statement.fetch", away)
    assert get("/key", generated_key().token).status_code == 503
    assert not mail.outbox
    record = logging.makeLogRecord({"status_code": 503})
    assert not is_worth_mailing(record)
    assert is_worth_mailing(logging.makeLogRecord({"status_code": 500}))


def away(*args: object) -> None:
    raise OperationalError


@pytest.mark.django_db
@pytest.mark.usefixtures("broken")
def test_what_is_logged_on_the_way_belongs_to_its_request(said: Any) -> None:
    client = Client(raise_request_exception=False)
    user = UserFactory()
    client.force_login(user, "hrtoolkit.organisations.backends.UserBackend")
    answer = client.get("/", secure=True)
    error, line = said()
    assert error["level"] == "ERROR"
    assert error["request_id"] == line["request_id"] == answer.headers["X-Request-Id"]
    assert "IntegrityError" in error["traceback"]
    assert "DETAIL: [redacted]" in error["traceback"]
    assert "Mei" not in json.dumps(error)
    assert line["user"] == user.pk
    assert user.email not in json.dumps(line)
    logging.getLogger("hrtoolkit").info("Between two requests")
    assert "request_id" not in said()[-1]


@pytest.mark.django_db
def test_what_an_endpoint_logs_names_its_key(
    said: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*args: Any) -> Any:
        raise RuntimeError

    generated = generated_key(scopes=["read:employees"])
    monkeypatch.setattr("hrtoolkit.api.listing.List.answer", failing)
    header = {"authorization": f"Bearer {generated.token.reveal()}"}
    Client().get("/api/external/employees", headers=header, secure=True)
    error, line = said()
    assert error["key"] == line["key"] == generated.api_key.fingerprint
    assert line["route"] == "api/external/employees"


@pytest.mark.django_db
def test_in_the_demo_a_line_is_for_people(capfd: pytest.CaptureFixture[str]) -> None:
    generated = generated_key()
    answer = get("/key", generated.token)
    line = capfd.readouterr().err.splitlines()[-1]
    assert "GET 200 /api/external/key in " in line
    assert line.endswith(
        f"ms from 127.0.0.1 key {generated.api_key.fingerprint}"
        f" [{answer.headers['X-Request-Id']}]"
    )
    record = logging.makeLogRecord({"msg": "Hello", "request_id": "12ab"})
    assert LineFormatter().format(record) == "Hello [12ab]"


@pytest.mark.django_db
def test_an_invented_method_is_not_written(capfd: pytest.CaptureFixture[str]) -> None:
    get("/key", method="X-MEI")
    assert "(other) 405" in capfd.readouterr().err


def test_a_clock_that_is_set_back_makes_no_request_a_day_long() -> None:
    line = access_log.begin(RequestFactory().get("/"))
    line.time += timedelta(seconds=1)
    line.end(200)
    assert -1000 < line.milliseconds < 0


def test_a_log_that_cant_be_written_stops_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123  # a device
        monkeypatch.setattr(access_log, "STDERR", full.fileno())
        access_log.begin(RequestFactory().get("/")).end(200)


def test_arguments_that_dont_fit_are_the_handlers_to_report() -> None:
    record = logging.getLogger("x").makeRecord(
        "x", logging.INFO, "", 0, "%s %s", ("one",), None
    )
    assert record.args == ("one",)
