"""How often an address may come with keys that don't work: as often as a key may ask.

Beyond that it is answered 429 before any query, until its minute is over. A key
that worked when this process saw it last is let through: an office shares one
address, and one forgotten script in it must not lock out the others. Only a key
that is new here has to wait, for without a query it could be anyone's guess.
"""

import math
from functools import lru_cache
from ipaddress import IPv6Network

from hrtoolkit.api import limits


def count(address: str | None) -> None:
    """Count a failed authentication."""
    who = network(address)
    window = limits.hit(who)
    if window.requests >= window.limit:
        limits.own_counter().close(who, window.seconds)


def seconds_closed(address: str | None) -> int:
    """Return for how long an address is answered no more; 0 if it is."""
    counter = limits.own_counter()
    if not counter.closed:
        return 0
    return math.ceil(counter.seconds_closed(network(address)))


@lru_cache(maxsize=1_000)
def network(address: str | None) -> str:
    """Return what is counted: an address, or the 64 bits that every IPv6 host owns."""
    if address is None or ":" not in address:
        return address or "unknown"
    return str(IPv6Network((address, 64), strict=False))
