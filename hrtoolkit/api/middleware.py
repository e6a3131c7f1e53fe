"""The external API's own way through the application.

Sessions, CSRF and messages are for people. This middleware stands first in
line, owns ``/api`` and everything under it, and lets nothing fall through to
the pages: every answer is JSON, every error a problem (contract, section 5).
"""

import logging
from collections.abc import Callable
from functools import cached_property

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.module_loading import import_string

from hrtoolkit import access_log, lengths
from hrtoolkit.access_log import Line
from hrtoolkit.api import failures, limits, openapi, problems
from hrtoolkit.api.answers import Answer
from hrtoolkit.api.credentials import bearer_token
from hrtoolkit.api.endpoint import PREFIX, Backend, Caller, Endpoint
from hrtoolkit.api.headers import set_headers
from hrtoolkit.api.problems import Problem
from hrtoolkit.api.registry import endpoints
from hrtoolkit.client_address import client_address, is_within
from hrtoolkit.outages import DATABASE_GONE

METHODS = ("GET", "HEAD", "OPTIONS")
ALLOW = ", ".join(METHODS)
BODILESS = (204, 304)
HEADERS = {
    "Cache-Control": "private, no-store",
    "Vary": "Authorization",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
HSTS = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"

logger = logging.getLogger(__name__)


class ExternalAPIMiddleware:
    """Answers the external API; passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path == "/api" or path.startswith("/api/"):
            return self.respond(request)
        return self.get_response(request)

    @cached_property
    def endpoints(self) -> dict[tuple[str, bool], Endpoint]:
        """The endpoints by path and by whether an id follows it."""
        return {
            (endpoint.path, endpoint.takes_id): endpoint for endpoint in endpoints()
        }

    @cached_property
    def backend(self) -> Backend:
        """What knows keys.

        Asked directly: Django's own ``authenticate()`` announces each failure
        as a failed sign-in, and a bad key would lock people out.
        """
        backend: Backend = import_string(settings.EXTERNAL_API_BACKEND)()
        return backend

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Return the answer, whatever happens on the way."""
        line = access_log.begin(request)
        request_id = line.request_id
        try:
            response = self.answer(request, line)
        except Exception as error:
            response = problem_of(error).response(request_id)
        # Django would log each 4xx with its path and mail each 5xx.
        response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own flag
        headers = {"X-Request-Id": request_id, **HEADERS}
        if settings.HTTPS and request.is_secure():
            headers["Strict-Transport-Security"] = HSTS
        if response.status_code in BODILESS:
            del response.headers["Content-Type"]
        else:
            headers["Content-Length"] = str(len(response.content))
        set_headers(response, headers)
        if request.method == "HEAD":
            response.content = b""
        line.end(response.status_code)
        return response

    def answer(self, request: HttpRequest, line: Line) -> HttpResponse:
        """Go through the checks in the contract's order. Raises Problem."""
        check_lengths(request)
        check_host(request)
        check_https(request)
        described = request.path_info == PREFIX + openapi.PATH
        if not described:
            endpoint, record_id = self.resolve(request.path_info)
            line.route = endpoint.route
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ALLOW})
        if request.method not in METHODS:
            raise problems.method_not_allowed(ALLOW)
        if described:
            return self.data(request, openapi.answer())
        token = bearer_token(request)
        seconds = failures.seconds_closed(line.address)
        if seconds and not self.backend.remembers(token):
            raise problems.too_many_failures(seconds)
        caller = self.backend.authenticate(
            request,
            api_key=token,
            beside=endpoint.beside(record_id),
            scope=endpoint.scope,
        )
        if caller is None:
            failures.count(line.address)
            raise problems.invalid_token()
        line.key = caller.fingerprint
        limit_headers = limits.count(caller.key_id)
        try:
            check_address(request, caller)
            if endpoint.scope is not None and endpoint.scope not in caller.scopes:
                raise problems.insufficient_scope(endpoint.scope)
            answer = endpoint.answer(request, caller)
        except Exception as error:
            problem = problem_of(error)
            if problem is error:
                self.backend.record(request, caller, endpoint.scope, problem.outcome)
            problem.headers |= limit_headers
            raise problem from None
        self.backend.record(request, caller, endpoint.scope, problems.ANSWERED)
        response = self.data(request, answer)
        set_headers(response, limit_headers)
        return response

    def data(self, request: HttpRequest, answer: Answer) -> HttpResponse:
        """Return the data, or 304 where the caller has it already."""
        if is_known(answer.etag, request):
            response = HttpResponse(status=304, headers=answer.headers)
        else:
            response = HttpResponse(
                answer.body, content_type="application/json", headers=answer.headers
            )
        set_headers(response, {"ETag": answer.etag})
        return response

    def resolve(self, path: str) -> tuple[Endpoint, str | None]:
        """Return the endpoint at an address and the id in it. Raises the 404."""
        if path.startswith(PREFIX):
            path = path.removeprefix(PREFIX)
            if endpoint := self.endpoints.get((path, False)):
                return endpoint, None
            parent, _, record_id = path.rpartition("/")
            endpoint = self.endpoints.get((parent, True))
            if endpoint and record_id:
                return endpoint, record_id
        raise problems.not_found()


def problem_of(error: Exception) -> Problem:
    """Return what the caller is told of an error, and log what is our own fault."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, DATABASE_GONE):
        logger.warning("The database can't be reached: %s", error)
        return problems.unavailable()
    logger.error("An endpoint failed.", exc_info=error)
    return problems.server_error()


def check_lengths(request: HttpRequest) -> None:
    """Refuse a request of which a part is too long: 413, 414, 431."""
    if status := lengths.excess(request):
        raise problems.too_long(status)


def check_host(request: HttpRequest) -> None:
    """Refuse a host that isn't ours: 400."""
    try:
        request.get_host()
    except DisallowedHost:
        raise problems.bad_host() from None


def check_https(request: HttpRequest) -> None:
    """Refuse plain HTTP where HTTPS is required: 403.

    A redirect would teach integrations to send their key in the clear first.
    """
    if settings.HTTPS and not request.is_secure():
        raise problems.https_required()


def check_address(request: HttpRequest, caller: Caller) -> None:
    """Refuse an address from which the key doesn't work: 403."""
    if caller.allowed_networks:
        address = client_address(request)
        if not is_within(address, caller.allowed_networks):
            raise problems.address_not_allowed(address)


def is_known(etag: str, request: HttpRequest) -> bool:
    """Whether the caller has this data already (RFC 9110, section 13.1.2)."""
    header: str = request.META.get("HTTP_IF_NONE_MATCH", "")
    if not header:
        return False
    known = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return "*" in known or etag.removeprefix("W/") in known
