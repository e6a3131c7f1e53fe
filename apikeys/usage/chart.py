"""A chart of requests by day: where its bars stand, in units of the SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

HEIGHT = 100
STEP = 10
LEAST = 2
"""The height of the smallest bar: one request in a million is seen."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A day's requests: what was refused stands on what was answered."""

    day: date
    answered: int
    refused: int
    x: int
    answered_height: float
    refused_height: float

    @property
    def requests(self) -> int:
        return self.answered + self.refused

    @property
    def answered_y(self) -> float:
        return HEIGHT - self.answered_height

    @property
    def refused_y(self) -> float:
        return self.answered_y - self.refused_height


def bars(days: Sequence[tuple[date, int, int]]) -> list[Bar]:
    """Return the bars of days with their answered and refused requests."""
    most = max(answered + refused for _, answered, refused in days)

    def height(requests: int) -> float:
        # The least of both series has room above the most.
        share = requests and requests / most
        return share and round(LEAST + share * (HEIGHT - 2 * LEAST), 1)

    return [
        Bar(day, answered, refused, i * STEP, height(answered), height(refused))
        for i, (day, answered, refused) in enumerate(days)
    ]
