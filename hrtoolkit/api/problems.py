"""Errors as problem details (RFC 9457), one constructor a case of the contract."""

from collections.abc import Iterable
from http import HTTPStatus

import msgspec
from django.http import HttpResponse

from hrtoolkit.api.headers import set_headers
from hrtoolkit.outages import RETRY_SECONDS

REALM = 'Bearer realm="Your HR Toolkit"'
TYPE_PREFIX = "urn:yourhrtoolkit:problem:"

ANSWERED = "answered"
"""How requests with a working key end, unless their Problem says otherwise."""


class ProblemDetails(msgspec.Struct, omit_defaults=True):
    """The body of every error answer."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    parameter: str | None = None
    """The query parameter that is wrong, where one is."""


class Problem(Exception):
    """An answer that isn't what the caller asked for. Raised anywhere under the API."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        *,
        parameter: str | None = None,
        headers: dict[str, str] | None = None,
        outcome: str = ANSWERED,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail
        self.parameter = parameter
        self.headers = headers or {}
        self.outcome = outcome

    def details(self, request_id: str) -> ProblemDetails:
        """Return the body that tells the caller."""
        return ProblemDetails(
            type=TYPE_PREFIX + self.title.lower().replace(" ", "-"),
            title=self.title,
            status=self.status,
            detail=self.detail,
            request_id=request_id,
            parameter=self.parameter,
        )

    def response(self, request_id: str) -> HttpResponse:
        """Return the answer that tells the caller."""
        response = HttpResponse(
            msgspec.json.encode(self.details(request_id)),
            status=self.status,
            content_type="application/problem+json",
        )
        set_headers(response, self.headers)
        return response


def too_long(status: HTTPStatus) -> Problem:
    return Problem(status, "Too long", f"{status.phrase}: send less.")


def bad_host() -> Problem:
    return Problem(400, "Bad host", "This server doesn't answer for that host name.")


def https_required() -> Problem:
    return Problem(403, "HTTPS required", "Use https://.")


def not_found() -> Problem:
    return Problem(404, "Not found", "There is nothing at this address.")


def method_not_allowed(allowed: str) -> Problem:
    return Problem(
        405,
        "Method not allowed",
        f"This API is read-only: use one of {allowed}.",
        headers={"Allow": allowed},
    )


def missing_credentials() -> Problem:
    return Problem(
        401,
        "Missing credentials",
        "Send an API key in the header 'Authorization: Bearer <key>'.",
        headers={"WWW-Authenticate": REALM},
    )


def invalid_request(detail: str) -> Problem:
    return Problem(
        400,
        "Invalid request",
        detail,
        headers={"WWW-Authenticate": f'{REALM}, error="invalid_request"'},
    )


def invalid_token() -> Problem:
    """One answer for every key that doesn't work: it tells nobody which keys exist."""
    return Problem(
        401,
        "Invalid key",
        "This API key doesn't work. It may be mistyped, expired or revoked:"
        " an org admin can see which, in Settings, API Keys.",
        headers={"WWW-Authenticate": f'{REALM}, error="invalid_token"'},
    )


def insufficient_scope(scope: str) -> Problem:
    return Problem(
        403,
        "Insufficient scope",
        f"This key doesn't have the scope {scope}. Scopes can't be added to a key:"
        " ask an org admin for a new one.",
        headers={
            "WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{scope}"'
        },
        outcome="scope_denied",
    )


def address_not_allowed(address: str | None) -> Problem:
    return Problem(
        403,
        "Address not allowed",
        "This key works only from the addresses that an org admin has listed."
        f" This request came from {address or 'an unknown address'}.",
        outcome="address_denied",
    )


def invalid_parameter(name: str, reason: str) -> Problem:
    return Problem(
        400, "Invalid parameter", f"The parameter {name} {reason}.", parameter=name
    )


def unknown_parameter(name: str, known: Iterable[str]) -> Problem:
    names = ", ".join(known)
    hint = f"takes {names}" if names else "takes no parameters"
    return Problem(
        400,
        "Unknown parameter",
        f"There is no parameter {name}: this address {hint}.",
        parameter=name,
    )


def too_many_requests(limit: int, retry_after: int) -> Problem:
    return Problem(
        429,
        "Too many requests",
        f"This key may make {limit} requests a minute."
        f" Try again in {retry_after} seconds.",
        headers={"Retry-After": str(retry_after)},
    )


def too_many_failures(retry_after: int) -> Problem:
    return Problem(
        429,
        "Too many requests",
        "Too many requests from this address came with keys that don't work."
        f" Try again in {retry_after} seconds.",
        headers={"Retry-After": str(retry_after)},
    )


def server_error() -> Problem:
    return Problem(
        500,
        "Server error",
        "Something went wrong on our side. Please tell support the request_id.",
    )


def unavailable() -> Problem:
    return Problem(
        503,
        "Temporarily unavailable",
        "The data can't be reached right now. Try again shortly.",
        headers={"Retry-After": str(RETRY_SECONDS)},
    )
