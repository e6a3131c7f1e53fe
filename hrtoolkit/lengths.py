"""How long the parts of a request may be, whatever the server lets through.

What one part holds is checked where it is read: Django bounds the fields and the
files of a form, and the external API its parameters.
"""

from http import HTTPStatus

from django.http import HttpRequest

MAX_HEADERS = 100
MAX_HEADER_BYTES = 32 * 1024
"""All headers together, with the cookies."""
MAX_ADDRESS_BYTES = 8 * 1024
"""The path, and the query string."""
MAX_BODY_BYTES = 11 * 1024 * 1024
"""A CSV file of 10 MiB, and the form around it."""


def excess(request: HttpRequest) -> HTTPStatus | None:
    """Return the status that says which part of a request is too long, if one is."""
    meta = request.META
    headers = [meta[name] for name in meta if name.startswith("HTTP_")]
    if len(headers) > MAX_HEADERS or sum(map(len, headers)) > MAX_HEADER_BYTES:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    query = meta.get("QUERY_STRING", "")
    if max(len(request.path_info), len(query)) > MAX_ADDRESS_BYTES:
        return HTTPStatus.REQUEST_URI_TOO_LONG
    length = meta.get("CONTENT_LENGTH")
    if length and (not is_number(length) or int(length) > MAX_BODY_BYTES):
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return None


def is_number(text: str) -> bool:
    """Whether a text is a whole number that can be the length of anything."""
    return text.isascii() and text.isdigit() and len(text) <= len(str(2**63))
