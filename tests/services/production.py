"""The product in production, as README.md says, behind a proxy that ends TLS."""

import os
import secrets
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.services.server import ROOT, Answer, Server

HOST = "hr.example"
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "hrtoolkit.settings",
    "HTTPS": "on",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "AUDIT_HMAC_KEY": secrets.token_urlsafe(48),
    "ALLOWED_HOSTS": HOST,
    "TRUSTED_PROXY_HOPS": "1",
}


class Production(Server):
    """The server that ``manage.py serve`` starts, and the proxy before it."""

    def __init__(self, database_url: str, log: Path, **settings: str) -> None:
        super().__init__(database_url)
        self.environment = (
            os.environ
            | SETTINGS
            | {"DATABASE_URL": database_url, "PORT": str(self.port)}
            | settings
        )
        self.log = log

    def __enter__(self) -> Self:
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        self.manage("migrate", "--verbosity=0")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        self.wait_until_live()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)

    def said(self) -> str:
        """Return what the server has logged so far."""
        return self.log.read_text()

    def get(
        self, path: str, value: str | None = None, timeout: float = 10, **headers: str
    ) -> Answer:
        """Ask as a browser does, through the proxy."""
        forwarded = {
            "Host": HOST,
            "X-Forwarded-For": "203.0.113.9",
            "X-Forwarded-Proto": "https",
        }
        return super().get(path, value, timeout, **(forwarded | headers))

    def send(self, data: bytes, seconds: float) -> bytes:
        """Send bytes as they are, and return what comes back at first, if anything."""
        with socket.create_connection(("127.0.0.1", self.port), seconds) as connection:
            connection.sendall(data)
            try:
                return connection.recv(65536)
            except TimeoutError:
                return b""
