"""Where a request comes from."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

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
        return canonical(candidates[0].strip())
    except ValueError:
        return None


@lru_cache(maxsize=1_000)
def canonical(text: str) -> str:
    """Return an address in its one spelling. Raises ValueError.

    Without a zone, as in ``fe80::1%eth0``, which can be of any length and means
    something on this machine only.
    """
    address = ip_address(text.partition("%")[0])
    return str(getattr(address, "ipv4_mapped", None) or address)


def is_within(address: str | None, ranges: Sequence[str]) -> bool:
    """Whether an address lies in one of the CIDR ranges; an unknown one doesn't."""
    if address is None:
        return False
    known = ip_address(address)
    return any(known in network for network in networks(tuple(ranges)))


@lru_cache(maxsize=1_000)
def first_of_network(address: str) -> str:
    """Return an address of IPv4, or the first of the 64-bit network of IPv6.

    What failures are counted by: one machine has all of that network.
    """
    if ":" not in address:
        return address
    return str(IPv6Network((address, 64), strict=False).network_address)


@lru_cache(maxsize=1_000)
def networks(ranges: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return CIDR ranges, parsed."""
    return tuple(map(ip_network, ranges))
