"""How often an address may come with keys that don't work: as often as a key may ask.

Beyond that it is answered 429 before any query, until its minute is over. A key
that worked when this process saw it last is let through: an office shares one
address, and one forgotten script in it must not lock out the others. Only a key
that is new here has to wait, for without a query it could be anyone's guess.
"""

import math

from hrtoolkit.api import limits
from hrtoolkit.client_address import first_of_network


def count(address: str | None) -> None:
    """Count a failed authentication."""
    who = counted(address)
    window = limits.hit(who)
    if window.requests >= window.limit:
        limits.own_counter().close(who, window.seconds)


def seconds_closed(address: str | None) -> int:
    """Return for how long an address is answered no more; 0 if it is."""
    counter = limits.own_counter()
    if not counter.closed:
        return 0
    return math.ceil(counter.seconds_closed(counted(address)))


def counted(address: str | None) -> str:
    """Return whose failures these are."""
    return first_of_network(address) if address else "unknown"
