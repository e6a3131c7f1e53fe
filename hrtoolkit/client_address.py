"""Where a request comes from."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the client's IP address, or None where the server gives none.

    The peer's own address counts, unless ``TRUSTED_PROXY_HOPS`` says that so
    many proxies of ours stand in front: each appends the address it saw to
    ``X-Forwarded-For``, so the client is that many places from the right.
    What stands further left was written by the client and is never believed.
    """
    candidates = [request.META.get("REMOTE_ADDR", "")]
    if settings.TRUSTED_PROXY_HOPS:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        candidates = forwarded[-settings.TRUSTED_PROXY_HOPS :]
    try:
        address = ip_address(candidates[0].strip())
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)
