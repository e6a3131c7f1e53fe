"""What the OpenAPI document refers to from everywhere: headers and errors."""

from typing import Any

import msgspec

from hrtoolkit.api import problems, query
from hrtoolkit.api.endpoint import PREFIX
from hrtoolkit.api.limits import REQUESTS_PER_MINUTE, WINDOW_SECONDS
from hrtoolkit.api.problems import Problem
from hrtoolkit.outages import RETRY_SECONDS

ETAG_EXAMPLE = 'W/"5d2c4a1f0e9b8d7c6a5f4e3d2c1b0a99"'
CURSOR_EXAMPLE = "q83vEjRWeJCrze8SNFZ4kFsxMDBd"
REQUEST_ID_EXAMPLE = "3f0c8b1e6a5d4c2f9b7e1d0a8c6f4e2b"

Schema = dict[str, Any]

HEADERS: dict[str, tuple[str, str]] = {
    "X-Request-Id": ("Names this request to support.", REQUEST_ID_EXAMPLE),
    "Cache-Control": ("Nothing may keep this answer.", "private, no-store"),
    "Vary": ("What the answer depends on.", "Authorization"),
    "RateLimit-Policy": (
        "The key's limit: `q` requests in `w` seconds.",
        f'"key";q={REQUESTS_PER_MINUTE};w={WINDOW_SECONDS}',
    ),
    "RateLimit": (
        "`r` requests remain for `t` seconds.",
        f'"key";r={REQUESTS_PER_MINUTE - 1};t={WINDOW_SECONDS}',
    ),
    "ETag": ("A tag of the data, for `If-None-Match`.", ETAG_EXAMPLE),
    "Link": (
        "The next page, where there is one (RFC 8288).",
        f'<https://hr.example{PREFIX}employees?cursor={CURSOR_EXAMPLE}>; rel="next"',
    ),
    "Retry-After": (
        "After how many seconds to try again.",
        str(RETRY_SECONDS),
    ),
    "WWW-Authenticate": (
        "What is wrong with the credentials (RFC 6750).",
        problems.REALM,
    ),
}
ALWAYS = ("X-Request-Id", "Cache-Control", "Vary")
AUTHENTICATED = (*ALWAYS, "RateLimit-Policy", "RateLimit")

IF_NONE_MATCH: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The `ETag` of the data you have: 304 if it hasn't changed.",
    "schema": {"type": "string"},
}

PROBLEMS: dict[str, tuple[list[Problem], tuple[str, ...]]] = {
    "BadRequest": (
        [
            problems.invalid_parameter("limit", query.expectation(query.Limit)),
            problems.unknown_parameter("page", ["limit", "cursor"]),
            problems.invalid_request("The Authorization header holds no key."),
        ],
        (*ALWAYS, "WWW-Authenticate"),
    ),
    "Unauthorized": (
        [problems.invalid_token(), problems.missing_credentials()],
        (*ALWAYS, "WWW-Authenticate"),
    ),
    "Forbidden": (
        [
            problems.insufficient_scope("read:employees"),
            problems.address_not_allowed("203.0.113.7"),
        ],
        (*AUTHENTICATED, "WWW-Authenticate"),
    ),
    "NotFound": ([problems.not_found()], AUTHENTICATED),
    "TooManyRequests": (
        [
            problems.too_many_requests(REQUESTS_PER_MINUTE, 42),
            problems.too_many_failures(42),
        ],
        (*AUTHENTICATED, "Retry-After"),
    ),
    "ServerError": ([problems.server_error()], AUTHENTICATED),
    "Unavailable": ([problems.unavailable()], (*AUTHENTICATED, "Retry-After")),
}


def header(name: str) -> Schema:
    """Describe one header."""
    description, example = HEADERS[name]
    return {
        "description": description,
        "schema": {"type": "string"},
        "example": example,
    }


def references(names: tuple[str, ...]) -> Schema:
    """Return references to headers."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def problem_response(name: str) -> Schema:
    """Describe one error, with a real example of each of its reasons."""
    reasons, headers = PROBLEMS[name]
    titles = dict.fromkeys(problem.title for problem in reasons)
    return {
        "description": " or ".join(titles),
        "headers": references(headers),
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/ProblemDetails"},
                "examples": problem_examples(reasons),
            }
        },
    }


def problem_examples(reasons: list[Problem]) -> Schema:
    """Return an example of each reason, by its type. Two may be of one."""
    examples: Schema = {}
    for problem in reasons:
        details = problem.details(REQUEST_ID_EXAMPLE)
        name = details.type.removeprefix(problems.TYPE_PREFIX)
        if name in examples:
            name += f"-{len(examples) + 1}"
        examples[name] = {"value": msgspec.to_builtins(details)}
    return examples
