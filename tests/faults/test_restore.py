"""A backup that is restored brings no revoked key back to life."""

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from tests.services.postgresql import PostgreSQL
from tests.services.server import Installation, Server

Restore = Callable[[], str]
"""Restores the backup into an empty database, and returns its URL."""


def dump(postgresql: PostgreSQL, backup: Path) -> Restore:
    """Back up and restore as the README has it."""
    programs = postgresql.programs / "bin"
    restored = postgresql.url.replace("/postgres?", "/restored?")

    def run(program: str, *arguments: str) -> None:
        subprocess.run([programs / program, *arguments], check=True)

    def restore() -> str:
        with postgresql.connect() as connection:
            connection.execute("CREATE DATABASE restored")
        run("pg_restore", "--exit-on-error", f"--dbname={restored}", str(backup))
        return restored

    run("pg_dump", "--format=custom", f"--file={backup}", postgresql.url)
    return restore


def vacuum(url: str, backup: Path) -> Restore:
    """Back up as the README has it; the copy is ready for use."""
    path = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"VACUUM INTO '{backup}'")
    return lambda: f"sqlite:///{backup}"


@pytest.fixture
def back_up(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path
) -> Callable[[], Restore]:
    backup = tmp_path / "backup"
    if connection.vendor == "postgresql":
        return lambda: dump(request.getfixturevalue("postgresql"), backup)
    return lambda: vacuum(database_url, backup)


def test_revocations_since_the_backup_are_replayed(
    database_url: str, back_up: Callable[[], Restore], tmp_path: Path
) -> None:
    journal = str(tmp_path / "revocations.log")
    lost = Installation(database_url, REVOCATIONS_FILE=journal)
    key_id, value = lost.generate()
    heads = lost.manage("verify_audit_log").split()
    restore = back_up()
    lost.manage("revoke_api_key", str(key_id))

    with Server(restore(), REVOCATIONS_FILE=journal) as server:
        answer = server.get("/api/external/key", value)
        assert answer.status == 200, "the danger that this is about"
        assert "Revoked now: 1." in server.manage("replay_revocations")
        assert server.get("/api/external/key", value).status == 401
        server.manage("verify_audit_log", "--head", *heads)
