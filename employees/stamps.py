"""Triggers that stamp ``updated_at``: the database's own work.

Integrations follow changes by it. A bulk import, an update by SQL or a forgotten
field leave no change behind that they would miss. The stamp is made as late as
can be, at the row's own write, and not when its transaction began.
"""

from typing import Any

from django.apps import apps
from django.db import connections, transaction

from employees.models import Record

POSTGRESQL_FUNCTION = """
    CREATE OR REPLACE FUNCTION employees_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.updated_at := clock_timestamp();
        RETURN NEW;
    END $$
"""
POSTGRESQL_TRIGGER = """
    CREATE TRIGGER {table}_stamp BEFORE INSERT OR UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION employees_stamp()
"""

# As Django writes instants, a whole second without its zeros: text sorts them.
# Within one statement it's always the same.
SQLITE_NOW = "replace(strftime('%Y-%m-%d %H:%M:%f000', 'now'), '.000000', '')"
# The update in the trigger fires it anew where the connection wants recursion,
# and finds the stamp there already.
SQLITE_TRIGGER = """
    CREATE TRIGGER {table}_stamp_{operation} AFTER {operation} ON {table}
    FOR EACH ROW WHEN NEW.updated_at IS NOT {now}
    BEGIN UPDATE {table} SET updated_at = {now} WHERE id = NEW.id; END
"""
SQLITE_OPERATIONS = ("INSERT", "UPDATE")


def install(using: str = "default", **kwargs: Any) -> None:
    """Create the triggers anew, without a gap. Called after every ``migrate``.

    SQLite rebuilds a table to alter it, and its triggers are silently lost.
    """
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        remove(using)
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        for table in stamped_tables(using):
            for statement in triggers(table, connection.vendor):
                cursor.execute(statement)


def remove(using: str = "default") -> None:
    """Drop the triggers: to create them anew, and in tests that age records."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table in stamped_tables(using):
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_stamp ON {table}")
            else:
                for operation in SQLITE_OPERATIONS:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_stamp_{operation}")


def stamped_tables(using: str) -> list[str]:
    """Return the tables of records that the database has by now."""
    present = connections[using].introspection.table_names()
    models = apps.get_app_config("employees").get_models()
    names = [model._meta.db_table for model in models if issubclass(model, Record)]
    return [name for name in names if name in present]


def triggers(table: str, vendor: str) -> list[str]:
    """Return the statements that create a table's triggers."""
    if vendor == "postgresql":
        return [POSTGRESQL_TRIGGER.format(table=table)]
    return [
        SQLITE_TRIGGER.format(table=table, operation=operation, now=SQLITE_NOW)
        for operation in SQLITE_OPERATIONS
    ]
