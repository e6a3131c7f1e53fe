"""``manage.py verify_audit_log``."""

import re

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from apikeys import audit, guards
from apikeys.actors import Actor
from apikeys.models import AuditAction, AuditChain, AuditEvent
from hrtoolkit.organisations.models import Organisation
from tests.factories import OrganisationFactory, generated_key

pytestmark = pytest.mark.django_db

MAC = "0" * 64


@pytest.fixture
def harbour() -> Organisation:
    """An organisation with a chain of three events, beside another and one without."""
    audit.record(AuditAction.SIGNED_IN, organisation=None, actor=Actor("Pat"))
    harbour = OrganisationFactory(slug="harbour")
    for _ in range(3):
        generated_key(organisation=harbour)
    generated_key(organisation=OrganisationFactory(slug="summit"))
    OrganisationFactory(slug="new")
    return harbour


def heads(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """Run the command and return what it prints on standard output."""
    capsys.readouterr()
    call_command("verify_audit_log", *arguments)
    return capsys.readouterr().out.splitlines()


@pytest.mark.usefixtures("harbour")
def test_it_prints_the_head_of_every_chain(capsys: pytest.CaptureFixture[str]) -> None:
    printed = heads(capsys)
    assert [line.partition(":")[0] for line in printed] == [
        "@platform=1",
        "harbour=3",
        "summit=1",
    ]
    assert all(re.search(":[0-9a-f]{64}$", line) for line in printed)


@pytest.mark.usefixtures("harbour")
def test_it_takes_the_heads_that_it_printed(capsys: pytest.CaptureFixture[str]) -> None:
    earlier = heads(capsys)
    generated_key(organisation=Organisation.objects.get(slug="summit"))
    later = heads(capsys, "--head", *earlier)
    assert later[:2] == earlier[:2]
    assert later[2].startswith("summit=2:")
    assert heads(capsys, "--head", *earlier, "--head", later[2]) == later


def test_it_names_what_is_wrong_and_fails(
    harbour: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    guards.remove()
    AuditEvent.objects.filter(organisation=harbour, number=2).update(actor_name="Eve")
    with pytest.raises(CommandError, match="Chains that are not sound: 1 of 4") as no:
        call_command("verify_audit_log")
    assert no.value.returncode == 1
    printed, said = capsys.readouterr()
    assert said == "harbour: Event 2 was tampered with.\n"
    assert "harbour" not in printed
    assert "summit=1:" in printed


def test_it_finds_a_tail_that_was_cut_off_since(
    harbour: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier = heads(capsys)
    guards.remove()
    for organisation in (None, harbour):
        AuditEvent.objects.filter(organisation=organisation).delete()
        AuditChain.objects.filter(organisation=organisation).delete()
    assert [line[:8] for line in heads(capsys)] == ["summit=1"]
    with pytest.raises(CommandError, match="2 of 4"):
        call_command("verify_audit_log", "--head", *earlier)
    assert capsys.readouterr().err == (
        "@platform: Event 1 is missing.\nharbour: Event 1 is missing.\n"
    )


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (f"elsewhere=1:{MAC}", "There is no organisation elsewhere."),
        ("harbour", "Write a head as this command prints it"),
        (f"harbour=0:{MAC}", "Write a head as this command prints it"),
        (f"harbour=1:{MAC}\n", "Write a head as this command prints it"),
        (f"harbour={'9' * 40}:{MAC}", "Write a head as this command prints it"),
        (f"\udcff=1:{MAC}", "Write a head as this command prints it"),
        (f"\x00=1:{MAC}", "Write a head as this command prints it"),
    ],
)
def test_it_says_in_a_line_what_it_cannot_take(head: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("verify_audit_log", "--head", head)


@pytest.mark.usefixtures("harbour")
def test_it_needs_the_secret(settings: Settings) -> None:
    settings.AUDIT_HMAC_KEY = ""
    with pytest.raises(CommandError, match="AUDIT_HMAC_KEY is not set"):
        call_command("verify_audit_log")


@pytest.mark.usefixtures("harbour")
def test_another_secret_proves_nothing(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.AUDIT_HMAC_KEY = "another secret"
    with pytest.raises(CommandError, match="3 of 4"):
        call_command("verify_audit_log")
    assert "harbour: Event 1 was tampered with." in capsys.readouterr().err
