"""The database that the tests themselves are connected to."""

import os

from django.db import connection


def address() -> str:
    """Return its URL, for a process that a test starts on it."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?")
