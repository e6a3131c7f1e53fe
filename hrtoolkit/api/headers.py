"""Headers of our own making, set without Django's conversion."""

from collections.abc import Mapping

from django.http import HttpResponse


def set_headers(response: HttpResponse, headers: Mapping[str, str]) -> None:
    """Set headers in which nothing comes from the client.

    Django converts each and looks for line breaks in it, which costs more than
    all else that is done with it.
    """
    store = response.headers._store  # noqa: SLF001
    for name, value in headers.items():
        store[name.lower()] = name, value
