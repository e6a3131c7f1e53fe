"""The commands at the server's shell."""

import getpass
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from apikeys import expiry, tokens
from apikeys.models import APIKey, AuditEvent
from hrtoolkit.organisations.models import Organisation
from tests.factories import EXAMPLE, OrganisationFactory, generated_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory(slug="harbour-logistics")


def create(*arguments: str, name: str = "Payroll") -> None:
    call_command(
        "create_api_key",
        "--organisation=harbour-logistics",
        f"--name={name}",
        "--scope=read:employees",
        *arguments,
    )


def test_create_prints_the_key_alone_on_standard_output(
    organisation: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    create("--scope=read:leave")
    out, err = capsys.readouterr()
    value = out.removesuffix("\n")
    assert tokens.is_well_formed(value)
    key = APIKey.objects.get(digest=tokens.digest(value))
    assert (key.organisation, key.name) == (organisation, "Payroll")
    assert key.scopes == ["read:employees", "read:leave"]
    assert value not in err


def test_create_takes_an_expiry(organisation: Organisation) -> None:
    day = expiry.today(organisation) + timedelta(days=3)
    create(f"--expires-on={day}")
    assert APIKey.objects.get().expires_on == day


def test_create_says_who_was_at_the_shell(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "ops")
    create()
    assert AuditEvent.objects.get().actor_name == "Command line (ops)"


def test_create_works_for_an_account_without_a_name(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr(getpass, "getuser", nameless)
    create()
    assert APIKey.objects.get().created_by_name == "Command line (unknown account)"


@pytest.mark.parametrize(
    ("name", "argument", "message"),
    [
        ("Payroll", "--expires-on=2020-01-01", "expires_on: This date is in the past"),
        ("Payroll", "--expires-on=9999-12-31", "expires_on: Choose a day within"),
        ("Payroll", "--expires-on=soon", "Write the date as year-month-day"),
        ("Payroll", "--scope=write:leave", "invalid choice"),
        (EXAMPLE, "--scope=read:leave", "name: This looks like an API key"),
        ("", "--scope=read:leave", "name: This field cannot be blank"),
        ("n\udcff", "--scope=read:leave", r"name: The invisible character U\+DCFF"),
    ],
)
def test_create_says_what_is_wrong(
    organisation: Organisation, name: str, argument: str, message: str
) -> None:
    with pytest.raises(CommandError, match=message) as refusal:
        create(argument, name=name)
    assert EXAMPLE not in str(refusal.value)
    assert not APIKey.objects.exists()


def test_create_names_no_organisation_that_is_missing() -> None:
    with pytest.raises(CommandError, match="no organisation"):
        create()


def test_create_refuses_bytes_that_arent_text() -> None:
    with pytest.raises(CommandError, match="This can't be a slug"):
        call_command(
            "create_api_key",
            "--organisation=\udcff",
            "--name=Payroll",
            "--scope=read:employees",
        )


def test_revoke_revokes(capsys: pytest.CaptureFixture[str]) -> None:
    key = generated_key().api_key
    for _ in range(2):
        call_command("revoke_api_key", str(key.pk))
        assert capsys.readouterr().out == f"Revoked {key} of {key.organisation}.\n"
    assert APIKey.objects.get().revoked_at is not None


def test_revoke_says_when_there_is_no_such_key() -> None:
    for number in ("1", "9" * 100):
        with pytest.raises(CommandError, match="There is no key"):
            call_command("revoke_api_key", number)
