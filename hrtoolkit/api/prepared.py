"""SELECTs that a connection of PostgreSQL's keeps prepared.

The driver's cursor looks at each query anew: how to write it, whether to
prepare it, how to load what comes. Of a query that always stays the same, a
level below the cursor, all that is done once: it takes half the time.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any

import msgspec
import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult
from psycopg.types.json import set_json_loads

Row = tuple[Any, ...]

numbers = count(1)


class Prepared:
    """A SELECT on a connection. Its placeholders are written ``$1``, ``$2``…

    Runs in whatever transaction there is, and begins none.
    """

    def __init__(self, sql: str, connection: psycopg.Connection) -> None:
        self.sql = sql.encode()
        self.connection = connection
        # Loaders of its own: the connection's are Django's.
        cursor = psycopg.Cursor(connection)
        set_json_loads(msgspec.json.decode, cursor)
        self.transformer = Transformer(cursor)
        self.has_loaders = False
        self.names: dict[tuple[int, ...], bytes] = {}
        """By the types of the values: the server prepares for each anew."""

    def run(self, values: Sequence[Any]) -> list[Row]:
        """Return the rows. Raises psycopg's errors."""
        transformer = self.transformer
        dumped = transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))
        types = transformer.types or ()
        name = self.names.get(types) or self.prepare(types)
        self.connection.pgconn.send_query_prepared(
            name, dumped, transformer.formats, Format.BINARY
        )
        result = self.answer()
        # The columns stay the same: the server refuses it when they don't.
        transformer.set_pgresult(
            result, set_loaders=not self.has_loaders, format=Format.BINARY
        )
        self.has_loaders = True
        return transformer.load_rows(0, result.ntuples, tuple)

    def prepare(self, types: tuple[int, ...]) -> bytes:
        """Prepare it for values of these types and return its name there."""
        name = f"select_{next(numbers)}".encode()
        self.connection.pgconn.send_prepare(name, self.sql, types)
        self.answer()
        self.names[types] = name
        return name

    def answer(self) -> PGresult:
        """Return the server's answer."""
        result: PGresult
        [result] = self.connection.wait(execute(self.connection.pgconn))
        if result.status == ExecStatus.FATAL_ERROR:
            raise error_from_result(result, self.connection.info.encoding)
        return result
