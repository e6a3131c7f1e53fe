"""Records of long ago."""

from datetime import UTC, datetime

from django.db import connection

from employees import stamps
from employees.models import Record

LONG_AGO = datetime(2020, 2, 29, 12, 30, 0, 123456, tzinfo=UTC)


def age(record: Record) -> None:
    """Let a record have changed last long ago, which the database would refuse."""
    # PostgreSQL drops no trigger while a check of the same table is due.
    connection.check_constraints()
    stamps.remove()
    type(record)._default_manager.filter(pk=record.pk).update(updated_at=LONG_AGO)
    stamps.install()
    record.refresh_from_db()
    assert record.updated_at == LONG_AGO
