"""The variables of the environment, each refused with one sentence that names it.

Nothing of a value is repeated: addresses hold passwords. An empty variable is none.
"""

import warnings
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from redis.connection import parse_url

ON = {"on", "true", "yes", "1"}
OFF = {"off", "false", "no", "0"}
DATABASES = {"django.db.backends.postgresql", "django.db.backends.sqlite3"}


class Variables(environ.Env):  # type: ignore[misc]  # it has no types
    """Reads the environment. Every method raises ImproperlyConfigured."""

    def switch(self, name: str, *, default: bool) -> bool:
        """Return whether something is on: a misspelt word must not turn it off."""
        word = self.str(name, default="").strip().lower()
        if word not in ON | OFF | {""}:
            raise ImproperlyConfigured(f"{name} has to be on or off.")
        return word in ON if word else default

    def names(self, name: str) -> list[str]:
        """Return what stands between commas."""
        given = self.str(name, default="").split(",")
        return [part.strip() for part in given if part.strip()]

    def number(self, name: str, *, default: int) -> int:
        """Return a whole number."""
        try:
            return int(self.str(name, default="") or default)
        except ValueError:
            raise ImproperlyConfigured(f"{name} has to be a whole number.") from None

    def database(self, name: str, *, default: str) -> dict[str, Any]:
        """Return what Django needs to know of a database."""
        address = self.str(name, default="") or default
        try:
            with warnings.catch_warnings(action="ignore"):
                config: dict[str, Any] = self.db_url_config(address)
        except ValueError:
            config = {}
        if config.get("ENGINE") not in DATABASES or not config["NAME"]:
            raise ImproperlyConfigured(
                f"{name} has to be like postgres://user:password@host:5432/name"
                " or sqlite:////path/to/file."
            )
        return config

    def mail_server(self, name: str, *, default: str) -> dict[str, Any]:
        """Return Django's settings for sending mail."""
        address = self.str(name, default="") or default
        try:
            config: dict[str, Any] = self.email_url_config(address)
        except (ValueError, ImproperlyConfigured):
            config = {}
        lacks_host = address.startswith("smtp") and not config.get("EMAIL_HOST")
        if not config or lacks_host:
            raise ImproperlyConfigured(
                f"{name} has to be like smtp+tls://user:password@host:587."
            )
        return config

    def redis(self, name: str) -> str:
        """Return the address of a Redis, or nothing."""
        address: str = self.str(name, default="")
        try:
            if address:
                parse_url(address)  # type: ignore[no-untyped-call]  # as redis has it
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} has to be like redis://127.0.0.1:6379/0."
            ) from None
        return address

    def web_address(self, name: str) -> str:
        """Return where a site is, without a slash at its end, or nothing."""
        address: str = self.str(name, default="").rstrip("/")
        if address and not address.startswith(("https://", "http://")):
            raise ImproperlyConfigured(f"{name} has to begin with https://.")
        return address
