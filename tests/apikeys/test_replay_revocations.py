"""The journal of revocations, and revoking again what stands in it."""

import logging
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from apikeys import services
from apikeys.models import APIKey, AuditAction, AuditEvent
from tests.factories import generated_key
from tests.factories.api_keys import OPERATOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal(settings: Settings, tmp_path: Path) -> Path:
    path = tmp_path / "revocations.log"
    settings.REVOCATIONS_FILE = str(path)
    return path


def line(key: APIKey) -> str:
    return f"Revoked key {key.pk} ({key.fingerprint}) of {key.organisation.slug}."


def replay(*files: Path | str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    call_command("replay_revocations", *map(str, files))
    return capsys.readouterr().out.splitlines()


def test_a_revocation_stands_in_the_journal_and_in_the_log(
    journal: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = (generated_key().api_key for _ in range(2))
    with caplog.at_level(logging.INFO):
        for key in (first, second, first):
            services.revoke(key, actor=OPERATOR)
    lines = journal.read_text().splitlines()
    assert [text.partition(" ")[2] for text in lines] == [line(first), line(second)]
    assert caplog.messages == [line(first), line(second)]
    assert first.digest not in journal.read_text()


def test_a_key_is_revoked_even_if_the_journal_cant_be_written(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REVOCATIONS_FILE = str(tmp_path / "no such directory" / "journal")
    key = generated_key().api_key
    assert services.revoke(key, actor=OPERATOR).revoked_at
    assert "not written to the journal" in caplog.text
    assert caplog.records[-1].levelno == logging.ERROR


def test_what_was_revoked_since_the_backup_is_revoked_again(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alive, before, since = (generated_key().api_key for _ in range(3))
    services.revoke(before, actor=OPERATOR)
    journal.write_text(f"{line(since)}\n{line(before)}\n")
    assert replay(capsys=capsys) == [
        f"Revoked {since} of {since.organisation}.",
        "Revoked now: 1. Revoked already: 1. Not in this database: 0.",
    ]
    since.refresh_from_db()
    assert since.revoked_by_name.startswith("Command line")
    events = AuditEvent.objects.filter(action=AuditAction.REVOKED, api_key=since)
    assert events.count() == 1
    assert APIKey.objects.get(revoked_at=None) == alive

    assert replay(capsys=capsys) == [
        "Revoked now: 0. Revoked already: 2. Not in this database: 0."
    ]


def test_a_key_that_got_the_id_of_a_lost_one_stays(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = generated_key().api_key
    journal.write_text(f"Revoked key {key.pk} ({'0' * 12}) of any.\n")
    assert replay(capsys=capsys) == [
        "Revoked now: 0. Revoked already: 0. Not in this database: 1."
    ]


def test_logs_of_several_machines_will_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = [generated_key().api_key for _ in range(2)]
    logs = [tmp_path / "one", tmp_path / "two"]
    noise = b"\xff GET 200 in 3.1 ms.\n"
    for log, key in zip(logs, keys, strict=True):
        log.write_bytes(noise + f'{{"message": "{line(key)}"}}\n'.encode() + noise)
    assert replay(*logs, capsys=capsys)[-1].startswith("Revoked now: 2.")


@pytest.mark.parametrize("content", [None, "", "GET 200 in 3.1 ms.\n"])
def test_the_wrong_file_is_no_reason_to_be_reassured(
    journal: Path, content: str | None
) -> None:
    if content is not None:
        journal.write_text(content)
    with pytest.raises(CommandError, match=r"can't be read|Is it the right file"):
        call_command("replay_revocations")


def test_a_name_that_cant_be_a_files_is_refused() -> None:
    with pytest.raises(CommandError, match="can't be read"):
        call_command("replay_revocations", "a\x00b")
