"""The key in a request: where it may stand, and where it must not (RFC 6750)."""

import re
from urllib.parse import unquote_plus

from django.http import HttpRequest

from hrtoolkit.api import problems
from hrtoolkit.text import KEY_SHAPE

SEVERAL = re.compile(r',\s*[^\s=,"]+(?:$|,|\s+[^\s=])')
"""A second ``Authorization`` header: servers join the two with a comma.

What stands behind a comma within one header is a parameter, ``name=value``.
"""

QUOTED = re.compile(r'"[^"]*"')

QUERY_PARAMETER = re.compile(r"(?:^|&)access_token=")
"""The place in a query that RFC 6750, section 2.3, describes and we refuse."""


def bearer_token(request: HttpRequest) -> str:
    """Return what stands where the key should, well formed or not.

    Raises the Problem of RFC 6750, section 3.1: 401 without credentials, 400
    for a request that names a key in more than one way.
    """
    header: str = request.META.get("HTTP_AUTHORIZATION", "")
    scheme, _, rest = header.partition(" ")
    if "," in header and SEVERAL.search(QUOTED.sub('""', header)):
        raise problems.invalid_request("Send one Authorization header, with one key.")
    if scheme.lower() != "bearer":
        raise problems.missing_credentials()
    query = request.META.get("QUERY_STRING", "")
    if query and has_key(query):
        raise problems.invalid_request(
            "Send the key in the Authorization header only, never in the address."
            " An address ends up in logs: please revoke this key."
        )
    token = rest.strip(" ")
    if not token:
        raise problems.invalid_request("The Authorization header holds no key.")
    if " " in token or "," in token:
        raise problems.invalid_request("The Authorization header holds several keys.")
    return token


def has_key(query: str) -> bool:
    """Whether a query string carries a key."""
    return bool(QUERY_PARAMETER.search(query) or KEY_SHAPE.search(unquote_plus(query)))
