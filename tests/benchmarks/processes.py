"""What is measured: the server, its worker and PostgreSQL, and what they use."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import psutil
import psycopg

from tests.services import server
from tests.services.postgresql import PostgreSQL

OURS = "template1"
"""The database through which the benchmark itself talks to PostgreSQL."""


def environment(database: str, sizes: dict[str, int]) -> dict[str, str]:
    """Return the environment of a process that uses the benchmark's settings."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
        "TEST_DATABASE_URL": database,
        **{
            f"BENCHMARK_{name.upper()}_BYTES": str(size) for name, size in sizes.items()
        },
    }


class Server(server.Server):
    """The tests' server, with the peers, on a database that is filled already."""

    def __init__(
        self,
        database: str,
        sizes: dict[str, int],
        log: Path,
        *,
        has_limits: bool = False,
    ) -> None:
        super().__init__(database)
        self.environment = environment(database, sizes) | {
            "BENCHMARK_LIMITS": "on" if has_limits else ""
        }
        self.log = log

    def __enter__(self) -> Self:
        command = [
            *(sys.executable, "-m", "granian", "--interface=wsgi"),
            *("--host=127.0.0.1", f"--port={self.port}", "--workers=1"),
            *("--blocking-threads=1", "--log-level=warning", "--no-access-log"),
            "tests.benchmarks.wsgi:application",
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=server.ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                # Ctrl-C is for us: it is stopped when we are done.
                process_group=0,
            )
        try:
            self.wait_until_live()
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise
        return self

    @property
    def worker(self) -> psutil.Process:
        """The one process that answers."""
        (worker,) = psutil.Process(self.process.pid).children()
        return worker


class Database(PostgreSQL):
    """The tests' PostgreSQL, with the means to count what it does."""

    def address(self, name: str) -> str:
        """Return the URL of one of its databases."""
        return f"postgres://postgres@/{name}?host={self.directory}"

    def sql(self, statement: str) -> Any:
        """Run a statement and return the first value of its answer, if it has one."""
        with psycopg.connect(
            host=str(self.directory),
            user="postgres",
            dbname=OURS,
            autocommit=True,
        ) as connection:
            cursor = connection.execute(statement)
            row = cursor.fetchone() if cursor.description else None
            return row and row[0]

    def backends(self) -> list[psutil.Process]:
        """Return the processes that serve the servers."""
        numbers = self.sql(
            "SELECT array_agg(pid) FROM pg_stat_activity"
            f" WHERE backend_type = 'client backend' AND datname <> '{OURS}'"
        )
        return [psutil.Process(number) for number in numbers or []]

    def log_statements(self, what: str) -> None:
        """Turn the log of every statement on (``all``) or off (``none``)."""
        self.sql(f"ALTER SYSTEM SET log_statement = '{what}'")
        self.sql("SELECT pg_reload_conf()")
        # Every process has to hear of it.
        time.sleep(0.3)

    def statements(self) -> int:
        """Return how many statements its log holds."""
        log = (self.directory / "log").read_text(errors="replace")
        return log.count("LOG:  statement: ") + log.count("LOG:  execute ")
