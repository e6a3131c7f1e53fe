"""What every test stands on."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from apikeys import guards
from apikeys.usage.collector import Collector, collector
from hrtoolkit.api import limits
from hrtoolkit.postgresql.patience import patience


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what is about the other database: its own run has it."""
    other = [
        item
        for item in items
        if (marker := item.get_closest_marker("only_on"))
        and marker.args != (connection.vendor,)
    ]
    if other:
        items[:] = [item for item in items if item not in other]
        config.hook.pytest_deselected(items=other)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep SQLite's test database in a file, so that it is locked as in real life."""
    if connection.vendor == "sqlite":
        name = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(name)


@pytest.fixture(scope="session", autouse=True)
def patient() -> None:
    """Wait for the database as commands do: some test imports the application."""
    patience.full = patience.seconds = None


@pytest.fixture(autouse=True)
def guards_lifted_for_flush(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the tables be emptied after a test with transactions of its own.

    The flush ends with ``post_migrate``, which puts the guards back.
    """
    if not has_own_transactions(request):
        yield
        return
    # What is set up first is torn down last: the flush comes after us.
    request.getfixturevalue("transactional_db")
    yield
    guards.remove()


def has_own_transactions(request: pytest.FixtureRequest) -> bool:
    """Whether pytest-django empties the tables after the test."""
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or not {
        "transactional_db",
        "live_server",
    }.isdisjoint(request.fixturenames)


@pytest.fixture(autouse=True)
def requests_counted_anew() -> None:
    """Forget how many requests the keys of earlier tests have made."""
    limits.redis_counter.cache_clear()
    limits.own_counter.cache_clear()


@pytest.fixture(autouse=True)
def mails_counted_anew() -> None:
    """Forget to whom earlier tests have sent mail."""
    cache.clear()


@pytest.fixture
def let_pass(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Return a function that lets time pass, for all who ask Django for it."""
    clock, passed = timezone.now, timedelta()

    def now() -> datetime:
        return clock() + passed

    def let_pass(time: timedelta) -> None:
        nonlocal passed
        passed += time

    monkeypatch.setattr(timezone, "now", now)
    return let_pass


@pytest.fixture(autouse=True)
def nothing_written_behind_the_tests_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave it to the tests when the use of keys is written."""
    collector.__dict__.update(Collector().__dict__)
    monkeypatch.setattr(Collector, "start", lambda self: threading.current_thread())
