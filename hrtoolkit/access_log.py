"""A line of the log for every request: what it asked for, who asked, how it ended.

The lines don't go through ``logging``, where each would cost three times as much.
Nothing the client wrote stands in them: the route is the address as we declare it.
"""

import os
import random
import sys
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from hrtoolkit.client_address import client_address

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
ENCODER = msgspec.json.Encoder()
MILLISECOND = timedelta(milliseconds=1)
STDERR = sys.__stderr__.fileno() if sys.__stderr__ else 2


class Line(msgspec.Struct, omit_defaults=True, tag_field="logger", tag="access"):
    """What is known of a request."""

    time: datetime
    request_id: str
    address: str | None
    method: str
    route: str = ""
    status: int = 0
    milliseconds: float = 0.0
    key: str = ""
    """The fingerprint of the API key that authenticated the request."""
    user: int | None = None
    """The id of the person who is signed in."""

    def end(self, status: int) -> None:
        """Write the line, now that the request is answered."""
        UNDER_WAY.set(None)
        self.status = status
        self.milliseconds = (datetime.now(UTC) - self.time) / MILLISECOND
        line = ENCODER.encode(self) if settings.HTTPS else self.readable().encode()
        with suppress(OSError):
            # A full disk under the log is no reason not to answer.
            os.write(STDERR, line + b"\n")

    def readable(self) -> str:
        """Return the line as people read it in a terminal."""
        who = f" key {self.key}" if self.key else ""
        who += f" user {self.user}" if self.user else ""
        return (
            f"{self.time.isoformat(' ')[:19]} {self.method} {self.status}"
            f" /{self.route} in {self.milliseconds:.1f} ms from {self.address}{who}"
            f" [{self.request_id}]"
        )


UNDER_WAY: ContextVar[Line | None] = ContextVar("UNDER_WAY", default=None)
"""The line of the request that is being answered, for what is logged meanwhile."""


def begin(request: HttpRequest) -> Line:
    """Return the line of a request that has just come, with its new request id."""
    line = Line(
        datetime.now(UTC),
        # It has to differ, not to be hard to guess.
        f"{random.getrandbits(128):032x}",
        client_address(request),
        request.method if request.method in METHODS else "(other)",
    )
    UNDER_WAY.set(line)
    return line


class AccessLogMiddleware:
    """Writes the lines of the pages; the external API writes its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        line = begin(request)
        response = self.get_response(request)
        response.headers["X-Request-Id"] = line.request_id
        if request.resolver_match:
            line.route = request.resolver_match.route
        # Asking for the user itself could cost a query that the page didn't.
        user = getattr(request, "_cached_user", None)
        line.user = user and user.pk
        line.end(response.status_code)
        return response
