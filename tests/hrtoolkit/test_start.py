"""The server starts with safe settings only, and says in a sentence what is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from pytest_django import Settings

from hrtoolkit import checks
from hrtoolkit.variables import Variables
from tests.services.production import SETTINGS

# The servers here have databases of their own.
pytestmark = pytest.mark.only_on("sqlite")

ROOT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, "manage.py"]
GRANIAN = [sys.executable, "-m", "granian", "--interface=wsgi", "--log-level=critical"]
SAFE = {name: SETTINGS[name] for name in ("SECRET_KEY", "AUDIT_HMAC_KEY")}
GUESSABLE = "SECRET_KEY can be guessed: it takes 50 random characters or more."
POSTGRES = (
    "DATABASE_URL has to be like postgres://user:password@host:5432/name"
    " or sqlite:////path/to/file."
)
REDIS = "REDIS_URL has to be like redis://127.0.0.1:6379/0."
MAIL = "EMAIL_URL has to be like smtp+tls://user:password@host:587."


@pytest.fixture
def production(settings: Settings) -> Settings:
    settings.HTTPS = True
    settings.ALLOWED_HOSTS = ["hr.example"]
    settings.SECRET_KEY = SAFE["SECRET_KEY"]
    settings.AUDIT_HMAC_KEY = SAFE["AUDIT_HMAC_KEY"]
    return settings


def run(command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | SETTINGS | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_safe_settings_are_accepted(production: Settings) -> None:
    assert not list(checks.refusals())


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "", "SECRET_KEY isn't set."),
        ("SECRET_KEY", "secret key of the tests", GUESSABLE),
        ("SECRET_KEY", "abcd" * 20, GUESSABLE),
        ("SECRET_KEY", "django-insecure-" + SAFE["SECRET_KEY"], GUESSABLE),
        ("AUDIT_HMAC_KEY", "", "AUDIT_HMAC_KEY isn't set."),
        (
            "AUDIT_HMAC_KEY",
            "audit key of the tests",
            "AUDIT_HMAC_KEY can be guessed: it takes 32 random characters or more.",
        ),
        ("DEBUG", True, "DEBUG has to be off: its error pages tell everyone too much."),
        (
            "ALLOWED_HOSTS",
            ["hr.example", "*"],
            "ALLOWED_HOSTS has to name the hosts: * answers for any.",
        ),
        (
            "ALLOWED_HOSTS",
            [],
            "ALLOWED_HOSTS isn't set: no host name would be answered.",
        ),
        (
            "CSRF_TRUSTED_ORIGINS",
            ["hr.example"],
            "CSRF_TRUSTED_ORIGINS has to name origins such as https://hr.example.",
        ),
    ],
)
def test_an_unsafe_setting_is_refused_in_a_sentence(
    production: Settings, name: str, value: object, sentence: str
) -> None:
    setattr(production, name, value)
    assert list(checks.refusals()) == [sentence]
    with pytest.raises(CommandError, match=f"^{sentence.replace('*', r'.')}$"):
        call_command("serve")
    errors = run_checks(tags=["security"], include_deployment_checks=True)
    assert sentence in [error.msg for error in errors]


def test_the_demos_settings_are_accepted_without_https(production: Settings) -> None:
    production.HTTPS = False
    production.SECRET_KEY = production.AUDIT_HMAC_KEY = "short"
    production.ALLOWED_HOSTS = ["*"]
    assert not list(checks.refusals())
    production.AUDIT_HMAC_KEY = ""
    assert list(checks.refusals()) == ["AUDIT_HMAC_KEY isn't set."]


def test_the_production_settings_pass_djangos_own_checks() -> None:
    ended = run([*MANAGE, "check", "--deploy", "--fail-level=WARNING"])
    assert ended.returncode == 0, ended.stderr
    assert "no issues (0 silenced)" in ended.stdout


@pytest.mark.parametrize(
    "command", [[*MANAGE, "serve"], [*GRANIAN, "hrtoolkit.wsgi:application"]]
)
def test_a_server_refuses_to_start_without_a_traceback(command: list[str]) -> None:
    ended = run(command, SECRET_KEY="", AUDIT_HMAC_KEY="", DEBUG="on", PORT="1")
    assert ended.returncode == 1
    assert [line.removeprefix("CommandError: ") for line in lines(ended)] == [
        "SECRET_KEY isn't set.",
        "AUDIT_HMAC_KEY isn't set.",
        "DEBUG has to be off: its error pages tell everyone too much.",
    ]


@pytest.mark.parametrize(
    "command", [[*MANAGE, "serve"], [*GRANIAN, "hrtoolkit.wsgi:application"]]
)
def test_nonsense_is_refused_without_a_traceback(command: list[str]) -> None:
    ended = run(command, DATABASE_URL="postgres://u:secret@host:x/name")
    assert ended.returncode == 1
    assert lines(ended) == [POSTGRES]


def lines(ended: subprocess.CompletedProcess[str]) -> list[str]:
    return (ended.stdout + ended.stderr).splitlines()


def read(name: str) -> object:
    """Read a variable as the settings do."""
    env = Variables()
    if name == "HTTPS":
        return env.switch(name, default=True)
    if name == "PORT":
        return env.number(name, default=8000)
    if name == "DATABASE_URL":
        return env.database(name, default="sqlite:////tmp/name")
    if name == "EMAIL_URL":
        return env.mail_server(name, default="consolemail://")
    if name == "REDIS_URL":
        return env.redis(name)
    return env.web_address(name)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("HTTPS", "onn", "HTTPS has to be on or off."),
        ("PORT", "abc", "PORT has to be a whole number."),
        ("PORT", "1.5", "PORT has to be a whole number."),
        ("DATABASE_URL", "nonsense", POSTGRES),
        ("DATABASE_URL", "mysql://user@host/name", POSTGRES),
        ("DATABASE_URL", "postgres://", POSTGRES),
        ("DATABASE_URL", "postgres://user:secret@host:x/name", POSTGRES),
        ("REDIS_URL", "nonsense", REDIS),
        ("REDIS_URL", "redis://:secret@host:x/0", REDIS),
        ("EMAIL_URL", "nonsense", MAIL),
        ("EMAIL_URL", "smtp://", MAIL),
        ("EMAIL_URL", "smtp://user:secret@host:x", MAIL),
        ("PUBLIC_URL", "hr.example", "PUBLIC_URL has to begin with https://."),
    ],
)
def test_a_variable_that_makes_no_sense_is_named_but_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(name)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("name", "expected"),
    [("HTTPS", True), ("PORT", 8000), ("REDIS_URL", ""), ("PUBLIC_URL", "")],
)
def test_an_empty_variable_is_none(
    monkeypatch: pytest.MonkeyPatch, name: str, expected: object
) -> None:
    monkeypatch.setenv(name, "")
    assert read(name) == expected
    for other in ("DATABASE_URL", "EMAIL_URL"):
        monkeypatch.setenv(other, "")
        assert read(other)


def test_lists_may_have_spaces_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "hr.example, 10.0.0.7,")
    assert Variables().names("ALLOWED_HOSTS") == ["hr.example", "10.0.0.7"]
