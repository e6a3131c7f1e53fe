"""Who did it, and from where, as an audit event records it."""

import getpass
from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest

from apikeys.models import APIKey
from apikeys.models.audit_event import USER_AGENT_MAX_LENGTH
from hrtoolkit.client_address import client_address
from hrtoolkit.organisations.models import User
from hrtoolkit.text import is_printable, redact


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a program, as it was when it acted."""

    name: str
    email: str = ""
    user: User | None = None
    ip_address: str | None = None
    user_agent: str = ""

    @classmethod
    def from_request(cls, request: HttpRequest, user: User | None = None) -> Self:
        """Return the person behind a page's request.

        ``user`` says who it is where the request isn't signed in yet, or any more.
        """
        if user is None:
            assert isinstance(request.user, User), "an anonymous person can't act"
            user = request.user
        return cls(
            name=str(user),
            email=user.email,
            user=user,
            ip_address=client_address(request),
            user_agent=client_name(request.META.get("HTTP_USER_AGENT", "")),
        )

    @classmethod
    def from_command_line(cls) -> Self:
        """Return the operator at a shell of the server."""
        try:
            name = getpass.getuser()
        except (KeyError, OSError):
            name = "unknown account"
        return cls(name=f"Command line ({name})")

    @classmethod
    def from_api_key(cls, key: APIKey, ip_address: str, client: str) -> Self:
        """Return whoever holds a key, as a program that called with it."""
        return cls(
            name=f"API key {key}", ip_address=ip_address or None, user_agent=client
        )


def client_name(header: str) -> str:
    """Return a client's name for itself: printable, bounded, no key in it."""
    printable = "".join(c for c in header if is_printable(c))
    return redact(printable)[:USER_AGENT_MAX_LENGTH]
