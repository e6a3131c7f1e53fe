"""How often a key was used, as it is counted before it is written."""

from typing import NamedTuple, TypeVar

QUARTER_SECONDS = 15 * 60
"""No day begins within a quarter of an hour, in whatever time zone."""


class Use(NamedTuple):
    """What requests must have in common to be counted together."""

    key_id: int
    quarter: int
    """In which quarter of an hour since 1970."""
    scope: str
    outcome: str
    ip_address: str
    user_agent: str
    """As the header has it."""


class Tally(NamedTuple):
    """How many requests there were, and when: seconds since 1970."""

    requests: int
    first_at: float
    last_at: float


Key = TypeVar("Key", bound=tuple[object, ...])


def add(tallies: dict[Key, Tally], key: Key, tally: Tally) -> None:
    """Add requests to those that are counted already under the same key."""
    if kept := tallies.get(key):
        tally = Tally(
            kept.requests + tally.requests,
            min(kept.first_at, tally.first_at),
            max(kept.last_at, tally.last_at),
        )
    tallies[key] = tally
