"""Triggers: what the database refuses, whoever asks.

They hold the promises of the contract's sections 2 and 6 against a forgotten
check, a bulk update, the admin and a hand-written statement alike. Both
databases answer with IntegrityError.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction

from apikeys.models import APIKey, AuditChain, AuditEvent

KEY, EVENT, CHAIN = (model._meta.db_table for model in (APIKey, AuditEvent, AuditChain))

FIXED_KEY_COLUMNS = (
    "id",
    "organisation_id",
    "digest",
    "submission_id",
    "created_at",
    "created_by_name",
    "rotated_from_id",
)

REVOKED_KEY_COLUMNS = (
    "revoked_at",
    "revoked_by_name",
    "name",
    "scopes",
    "allowed_networks",
    "expires_at",
)

POSTGRESQL = {
    "differs": "IS DISTINCT FROM",
    # A bare string lies within an array that holds it, hence the type.
    "scopes_widen": "jsonb_typeof(NEW.scopes) <> 'array' OR NEW.scopes = '[]'"
    " OR NOT NEW.scopes <@ OLD.scopes",
}

SQLITE = {
    "differs": "IS NOT",
    "scopes_widen": "json_type(NEW.scopes) <> 'array'"
    " OR json_array_length(NEW.scopes) = 0"
    " OR EXISTS (SELECT 1 FROM json_each(NEW.scopes) AS asked WHERE NOT EXISTS"
    " (SELECT 1 FROM json_each(OLD.scopes) AS held WHERE held.value IS asked.value))",
}
"""How each dialect says what stands in braces in a guard's condition."""


def changes(columns: Iterable[str]) -> str:
    """Return the condition that one of the columns is about to change."""
    return " OR ".join(f"NEW.{name} {{differs}} OLD.{name}" for name in columns)


@dataclass(frozen=True, slots=True)
class Guard:
    """One refusal: an operation on a table, under a condition."""

    name: str
    table: str
    operation: str
    message: str
    condition: str = ""
    """SQL over OLD and NEW, the same in both dialects but for what is in braces."""


GUARDS = (
    Guard("apikeys_key_delete", KEY, "DELETE", "A key is never deleted."),
    Guard(
        "apikeys_key_revoked",
        KEY,
        "UPDATE",
        "A revoked key stays as it is.",
        f"OLD.revoked_at IS NOT NULL AND ({changes(REVOKED_KEY_COLUMNS)})",
    ),
    Guard(
        "apikeys_key_fixed",
        KEY,
        "UPDATE",
        "What a key was generated with can't be changed.",
        changes(FIXED_KEY_COLUMNS)
        # A deleted user leaves no reference behind, but nobody takes their place.
        + " OR (NEW.created_by_id IS NOT NULL"
        " AND NEW.created_by_id {differs} OLD.created_by_id)",
    ),
    Guard(
        "apikeys_key_scopes",
        KEY,
        "UPDATE",
        "Scopes can be taken away, never added.",
        "{scopes_widen}",
    ),
    Guard(
        "apikeys_key_expiry",
        KEY,
        "UPDATE",
        "A key can expire earlier, never later.",
        "OLD.expires_at IS NOT NULL"
        " AND (NEW.expires_at IS NULL OR NEW.expires_at > OLD.expires_at)",
    ),
    Guard("apikeys_event_update", EVENT, "UPDATE", "The audit log can't be changed."),
    Guard("apikeys_event_delete", EVENT, "DELETE", "The audit log can't be changed."),
    Guard(
        "apikeys_chain_update",
        CHAIN,
        "UPDATE",
        "The end of an audit chain moves on with each event, and only so.",
        f"NEW.length <> OLD.length + 1 OR {changes(('id', 'organisation_id'))}",
    ),
    Guard("apikeys_chain_delete", CHAIN, "DELETE", "The audit log can't be changed."),
)

# TRUNCATE fires no row trigger; only PostgreSQL has it.
TRUNCATE_GUARDS = (
    Guard("apikeys_key_truncate", KEY, "TRUNCATE", "A key is never deleted."),
    Guard(
        "apikeys_event_truncate", EVENT, "TRUNCATE", "The audit log can't be changed."
    ),
    Guard(
        "apikeys_chain_truncate", CHAIN, "TRUNCATE", "The audit log can't be changed."
    ),
)

# INSERT OR REPLACE deletes without firing the delete trigger, unless the
# connection asked for it; only SQLite has it.
REPLACE_GUARDS = (
    Guard(
        "apikeys_key_replace",
        KEY,
        "INSERT",
        "A key is never replaced.",
        f"EXISTS (SELECT 1 FROM {KEY} WHERE id = NEW.id OR digest = NEW.digest)",
    ),
    Guard(
        "apikeys_event_replace",
        EVENT,
        "INSERT",
        "The audit log can't be changed.",
        f"EXISTS (SELECT 1 FROM {EVENT} WHERE id = NEW.id"
        " OR (organisation_id IS NEW.organisation_id AND number = NEW.number))",
    ),
    Guard(
        "apikeys_chain_replace",
        CHAIN,
        "INSERT",
        "The audit log can't be changed.",
        f"EXISTS (SELECT 1 FROM {CHAIN} WHERE id = NEW.id"
        " OR organisation_id IS NEW.organisation_id)",
    ),
)

POSTGRESQL_FUNCTION = """
    CREATE OR REPLACE FUNCTION apikeys_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '%', TG_ARGV[0]
            USING ERRCODE = 'integrity_constraint_violation';
    END $$
"""


def install(using: str = "default", **kwargs: Any) -> None:
    """Create the triggers anew, without a gap. Called after every ``migrate``.

    SQLite rebuilds a table to alter it, and its triggers are silently lost.
    """
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        remove(using)
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
            for guard in GUARDS + TRUNCATE_GUARDS:
                cursor.execute(postgresql_trigger(guard))
        else:
            for guard in GUARDS + REPLACE_GUARDS:
                cursor.execute(sqlite_trigger(guard))


def remove(using: str = "default") -> None:
    """Drop the triggers: to create them anew, and for tests, which empty the tables."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for guard in GUARDS + TRUNCATE_GUARDS + REPLACE_GUARDS:
            on = f" ON {guard.table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {guard.name}{on}")


def postgresql_trigger(guard: Guard) -> str:
    """Return the statement that creates a guard in PostgreSQL."""
    each = "STATEMENT" if guard.operation == "TRUNCATE" else "ROW"
    condition = guard.condition.format_map(POSTGRESQL)
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.operation} ON {guard.table}"
        f" FOR EACH {each} {f'WHEN ({condition})' if condition else ''}"
        f" EXECUTE FUNCTION apikeys_refuse({quoted(guard.message)})"
    )


def sqlite_trigger(guard: Guard) -> str:
    """Return the statement that creates a guard in SQLite."""
    condition = guard.condition.format_map(SQLITE)
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.operation} ON {guard.table}"
        f" FOR EACH ROW {f'WHEN {condition}' if condition else ''}"
        f" BEGIN SELECT RAISE(ABORT, {quoted(guard.message)}); END"
    )


def quoted(text: str) -> str:
    """Return ``text`` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"
