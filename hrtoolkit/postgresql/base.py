"""PostgreSQL as Django has it, on connections that give up a silent server.

A server that is frozen, or cut off by the network, neither answers nor hangs
up, and its own timeouts stand still with it: only the client can give up.
"""

from collections.abc import Generator
from math import inf
from time import monotonic
from typing import Any, Self, TypeVar, cast

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import IsolationLevel
from psycopg import errors

from hrtoolkit.postgresql.patience import patience

T = TypeVar("T")


class Connection(psycopg.Connection[Any]):
    """A connection that waits for an answer no longer than there is patience."""

    def wait(
        self,
        gen: Generator[Any, Any, T],
        interval: float = 0.1,
        timeout: float | None = None,
    ) -> T:
        """Wait for an answer. Raises OperationalError when it doesn't come."""
        try:
            answer = super().wait(gen, interval, timeout or patience.seconds)
        except errors._WaitTimeout:
            patience.wear_out()
            # What came now would be taken for the answer to the next question.
            self.pgconn.finish()
            raise
        patience.restore()
        return answer

    @classmethod
    def _connect_gen(cls, conninfo: str = "") -> Generator[Any, Any, Self]:
        """Connect with the same patience: ``connect_timeout`` is 2 seconds or more.

        The driver asks again several times a second, whether there is news or not.
        """
        seconds = inf if patience.seconds is None else patience.seconds
        deadline = monotonic() + seconds
        connecting: Generator[Any, Any, Self] = super()._connect_gen(conninfo)
        ready = None
        while monotonic() < deadline:
            try:
                ready = yield connecting.send(ready)
            except StopIteration as end:
                return cast(Self, end.value)
        patience.wear_out()
        raise errors.ConnectionTimeout("The server is silent.")


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, but for the class of its connections."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Open a connection. Raises OperationalError."""
        self.isolation_level = IsolationLevel.READ_COMMITTED
        return Connection.connect(**conn_params)
