"""The product as it runs in production: the server, its workers, its database."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 30
SECONDS = 10

GENERATE = """
from apikeys.actors import Actor
from apikeys.services import generate
from hrtoolkit.organisations.models import Organisation

organisation, _ = Organisation.objects.get_or_create(slug="any", name="Any")
generated = generate(
    organisation=organisation,
    name="Trial",
    scopes=["read:employees"],
    actor=Actor("Tester"),
)
print(generated.api_key.pk, generated.token.reveal())
"""


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: Message
    body: bytes

    def json(self) -> Any:
        """Return the body, decoded."""
        return json.loads(self.body)


class Installation:
    """The product on a database, with its commands."""

    def __init__(self, database_url: str, **settings: str) -> None:
        self.environment = os.environ | {
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "tests.services.settings",
            **settings,
        }
        # A test that imports the server's application sets it for us as well.
        self.environment.pop("PGOPTIONS", None)

    def manage(self, *arguments: str, given: str | None = None) -> str:
        """Run a command of manage.py and return what it prints."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            input=given,
            check=True,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ).stdout

    def migrate(self) -> None:
        """Create the tables of an empty database."""
        self.manage("migrate", "--verbosity=0")

    def shell(self, program: str) -> str:
        """Run a program of Python's on the database and return what it prints."""
        return self.manage("shell", "--verbosity=0", f"--command={program}")

    def generate(self) -> tuple[int, str]:
        """Generate a key and return its id and value."""
        key_id, value = self.shell(GENERATE).split()
        return int(key_id), value


class Server(Installation):
    """The server on a port of its own, on a database that is migrated.

    A context: entered, it runs; left, it is gone. Inside, ``stop`` or ``kill``
    take it away and ``start`` brings it back.
    """

    def __init__(self, database_url: str, workers: int = 1, **settings: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        own = {"PORT": str(self.port), "WORKERS": str(workers)}
        super().__init__(database_url, **own, **settings)
        self.workers = workers
        self.temporary = TemporaryDirectory(prefix="server-")
        self.log = Path(self.temporary.name) / "log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        self.temporary.cleanup()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        self.wait_until_live()

    def stop(self) -> None:
        """Let the server finish what it is at, and wait until it is gone."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the server and its workers as they stand."""
        for pid in (self.process.pid, *self.worker_pids()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def worker_pids(self) -> list[int]:
        """Return the process ids of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def said(self) -> str:
        """Return what the server has logged so far."""
        return self.log.read_text()

    def get(self, path: str, value: str | None = None, **headers: str) -> Answer:
        """Ask the server, on a connection of its own."""
        if value:
            headers["Authorization"] = f"Bearer {value}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def wait_until_live(self) -> None:
        """Wait until the server answers. Raises TimeoutError."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                if self.get("/livez").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError(f"The server didn't start in {START_SECONDS} seconds.")
