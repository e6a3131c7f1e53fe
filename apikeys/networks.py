"""Address ranges, as people write them and as an allowlist keeps them."""

from collections.abc import Sequence
from ipaddress import IPv4Interface, IPv4Network, IPv6Network, ip_interface

from django.core.exceptions import ValidationError

MAX_NETWORKS = 50
IPV4_MAPPED_BITS = 96
"""How many bits stand before an IPv4 address that is written as an IPv6 one."""


def normalised(lines: Sequence[str]) -> list[str]:
    """Return each range as CIDR, once, IPv4 before IPv6; a blank line is none.

    Raises ValidationError that names the lines, counted from 1, whose text it
    doesn't repeat.
    """
    networks: set[IPv4Network | IPv6Network] = set()
    errors = []
    if sum(map(bool, map(str.strip, lines))) > MAX_NETWORKS:
        raise ValidationError(f"Use at most {MAX_NETWORKS} lines.", code="many")
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                networks.add(parse(line.strip()))
            except ValueError as error:
                errors.append(f"Line {number} {error}")
    if errors:
        raise ValidationError(errors)
    return [str(n) for n in sorted(networks, key=lambda n: (n.version, n))]


def parse(text: str) -> IPv4Network | IPv6Network:
    """Return the range, of one address or more. Raises ValueError that says why not."""
    try:
        if "%" in text:
            raise ValueError
        interface = ip_interface(text)
    except ValueError:
        raise ValueError(
            "is neither an address nor a range such as 203.0.113.0/24 or 2001:db8::/32."
        ) from None
    bits = interface.network.prefixlen
    mapped = getattr(interface.ip, "ipv4_mapped", None)
    if mapped and bits >= IPV4_MAPPED_BITS:
        # A caller's address is always told as IPv4.
        interface = IPv4Interface((mapped, bits - IPV4_MAPPED_BITS))
    network = interface.network
    if network.prefixlen == 0:
        raise ValueError("holds every address. To allow them all, leave this empty.")
    if interface.ip != network.network_address:
        raise ValueError(
            f"doesn’t start its range. Write {network} for all of it, or"
            f" {interface.ip} for this one address."
        )
    return network
