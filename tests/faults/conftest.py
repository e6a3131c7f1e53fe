"""Real processes on real databases, of the kind that the suite runs on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.services.postgresql import PostgreSQL


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


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database for the tests of a module."""
    if connection.vendor == "postgresql":
        with PostgreSQL() as postgresql:
            yield postgresql.url
    else:
        path: Path = tmp_path_factory.mktemp("database") / "db.sqlite3"
        yield f"sqlite:///{path}"
