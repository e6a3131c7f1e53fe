"""The product in production, as README.md says, behind a proxy that ends TLS."""

import secrets
import socket
from typing import Self

from tests.services.server import Answer, Server

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
    """The server with the settings of production, and the proxy before it."""

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url, 1, **SETTINGS)

    def __enter__(self) -> Self:
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        self.migrate()
        return super().__enter__()

    def get(self, path: str, value: str | None = None, **headers: str) -> Answer:
        """Ask as a browser does, through the proxy."""
        forwarded = {
            "Host": HOST,
            "X-Forwarded-For": "203.0.113.9",
            "X-Forwarded-Proto": "https",
        }
        return super().get(path, value, **(forwarded | headers))

    def send(self, data: bytes, seconds: float) -> bytes:
        """Send bytes as they are, and return what comes back at first, if anything."""
        with socket.create_connection(("127.0.0.1", self.port), seconds) as connection:
            connection.sendall(data)
            try:
                return connection.recv(65536)
            except TimeoutError:
                return b""
