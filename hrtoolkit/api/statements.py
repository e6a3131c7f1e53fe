"""Querysets whose SQL is compiled once and run many times.

The ORM declares the rows. Compiling a queryset costs more than running it, so
a Statement keeps the SQL; ``Param`` stands in it where a value will go.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from django.db import (
    DEFAULT_DB_ALIAS,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    connection,
    connections,
    models,
)
from django.db.models.expressions import Expression
from psycopg.types.numeric import Int8

from hrtoolkit.api.prepared import Prepared, Row


class Param(Expression):
    """A value that is given when the statement runs."""

    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Return a placeholder, and the Param itself where its value will go."""
        return "%s", [self]


class Compiled(NamedTuple):
    """A statement's SQL, and how its columns become Python's types."""

    sql: str
    params: list[Any]
    columns: int
    converters: dict[int, Any]
    compiler: Any


class Statement:
    """One SELECT, declared by a queryset of ``values_list`` with Params in it."""

    def __init__(
        self, queryset: models.QuerySet[Any, Any], *, limited: bool = False
    ) -> None:
        """``limited`` statements end in a LIMIT, the value ``limit`` at each run."""
        self.queryset = queryset
        self.limited = limited
        self.prepared: Prepared | None = None

    @cached_property
    def compiled(self) -> Compiled:
        """The SQL, kept from the first run on."""
        compiler = self.queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        params = list(params)
        if self.limited:
            # A slice of the queryset would put its number into the SQL.
            sql += " LIMIT %s"
            params.append(Param("limit", models.IntegerField()))
        columns = [column[0] for column in compiler.select]
        # PostgreSQL's binary loaders return Python's own types already.
        native = connection.vendor == "postgresql"
        converters = {} if native else compiler.get_converters(columns)
        return Compiled(sql, params, len(columns), converters, compiler)

    def run(self, values: Mapping[str, Any]) -> list[Row]:
        """Run it and return the rows, on a fresh connection if the old one was lost."""
        compiled = self.compiled
        # The name `connection` stands for a proxy that looks it up at each use.
        database = connections[DEFAULT_DB_ALIAS]
        arguments = [
            bound(param, values, database) if isinstance(param, Param) else param
            for param in compiled.params
        ]
        kept_connection = database.connection is not None
        try:
            rows = self.fetch(arguments, database)
        except (OperationalError, InterfaceError, NotSupportedError) as error:
            # A migration may have changed a type under a prepared statement.
            outdated = isinstance(error, NotSupportedError)
            lost = outdated or (kept_connection and not database.is_usable())
            if database.in_atomic_block or not lost:
                raise
            database.close()
            rows = self.fetch(arguments, database)
        if compiled.converters:
            converted = compiled.compiler.apply_converters(rows, compiled.converters)
            return [tuple(row) for row in converted]
        return rows

    def fetch(self, arguments: list[Any], database: Any) -> list[Row]:
        """Run it once. PostgreSQL keeps it prepared."""
        if database.vendor != "postgresql":
            with database.cursor() as cursor:
                cursor.execute(self.compiled.sql, arguments)
                rows: list[Row] = cursor.fetchall()
                return rows
        if database.connection is None:
            database.ensure_connection()
        # This skips Django's cursors; the wrapper still tells Django of a lost
        # connection, or every later request would fail on it.
        with database.wrap_database_errors:
            return self.prepared_on(database.connection).run(arguments)

    def prepared_on(self, connection: Any) -> Prepared:
        """Return the statement as the connection knows it.

        Another thread has another connection, and prepares it there.
        """
        prepared = self.prepared
        if prepared is None or prepared.connection is not connection:
            sql = self.compiled.sql
            places = (f"${n}" for n in range(1, len(self.compiled.params) + 1))
            self.prepared = prepared = Prepared(sql % tuple(places), connection)
        return prepared


class LeftJoin(Statement):
    """Two statements as one: each row of the left, with what matches on the right.

    The first column of the right is matched with the column ``on`` of the left.
    """

    def __init__(self, left: Statement, right: Statement, on: int) -> None:
        self.prepared = None
        self.left = left
        self.right = right
        self.on = on

    @cached_property
    def compiled(self) -> Compiled:
        """The SQL, kept from the first run on."""
        left, right = self.left.compiled, self.right.compiled
        columns = left.columns + right.columns
        names = [f"c{number}" for number in range(columns)]
        sql = (
            f"WITH l({', '.join(names[: left.columns])}) AS ({left.sql}),"
            f" r({', '.join(names[left.columns :])}) AS ({right.sql})"
            f" SELECT * FROM l LEFT JOIN r"
            f" ON r.{names[left.columns]} = l.{names[self.on]}"
        )
        shifted = {left.columns + i: c for i, c in right.converters.items()}
        return Compiled(
            sql,
            left.params + right.params,
            columns,
            left.converters | shifted,
            left.compiler,
        )


def bound(param: Param, values: Mapping[str, Any], database: Any) -> Any:
    """Return a value as the driver wants it."""
    value = param.output_field.get_db_prep_value(values[param.name], database)
    if isinstance(value, int) and database.vendor == "postgresql":
        # psycopg binds integers by size, and would prepare a statement for each.
        return Int8(value)
    return value
