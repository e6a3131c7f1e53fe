"""Where the product is, as the outside reaches it."""

from django.conf import settings
from django.http import HttpRequest


def public_url(request: HttpRequest) -> str:
    """Return ``PUBLIC_URL``, or without it what the request was sent to."""
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"
