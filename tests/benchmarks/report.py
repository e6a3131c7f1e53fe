"""The tables: what was measured, and whether it meets the bars."""

import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.measure import Figures

PACKAGES = (
    "django",
    "granian",
    "psycopg",
    "djangorestframework",
    "djangorestframework-api-key",
    "django-rest-knox",
    "django-ninja",
)
NAME_WIDTH = 36
BAR_WIDTH = 76


class Bar(NamedTuple):
    """What a figure has to be: at least, or at most."""

    what: str
    value: float
    limit: float
    is_least: bool
    unit: str = "×"

    @property
    def is_met(self) -> bool:
        """Whether the figure reaches it."""
        if self.is_least:
            return self.value >= self.limit
        return self.value <= self.limit


def at_least(what: str, value: float, limit: float) -> Bar:
    """Return a bar from below."""
    return Bar(what, value, limit, is_least=True)


def at_most(what: str, value: float, limit: float, unit: str = "×") -> Bar:
    """Return a bar from above."""
    return Bar(what, value, limit, is_least=False, unit=unit)


def say(text: str = "") -> None:
    """Print a line, now."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def machine(postgresql: str) -> None:
    """Print where it runs, and what."""
    cores = len(os.sched_getaffinity(0))
    say(f"{cores} cores, {cpu_model()}, {platform.system()}")
    say(f"Python {platform.python_version()}, PostgreSQL {postgresql}")
    say(", ".join(f"{name} {version(name)}" for name in PACKAGES))


def cpu_model() -> str:
    """Return the name of the processor, as far as the system knows it."""
    file = Path("/proc/cpuinfo")
    for line in file.read_text().splitlines() if file.exists() else []:
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def table(title: str, figures: Sequence[Figures], note: str = "ours") -> None:
    """Print figures and their ratios against the first of them."""
    first = figures[0]
    say(f"\n== {title} ==\n")
    say(
        f"{'':{NAME_WIDTH}}{'requests/s':>11}{'min–max':>14}{note:>8}"
        f"{'CPU µs':>10}{'min–max':>14}{note:>8}{'queries':>9}"
    )
    for one in figures:
        say(
            f"{one.case.name:{NAME_WIDTH}}{one.rate:11,.0f}"
            f"{spread(one.requests_per_second):>14}{first.rate / one.rate:7.2f}×"
            f"{one.cpu:10,.0f}{spread(one.cpu_microseconds):>14}"
            f"{one.cpu / first.cpu:7.2f}×{one.queries:9.3g}"
        )


def spread(figures: Sequence[float]) -> str:
    """Return the noise."""
    return f"{min(figures):,.0f}–{max(figures):,.0f}"


def bars(bars: Sequence[Bar]) -> None:
    """Print whether each is met."""
    say()
    for bar in bars:
        limit = f"at {'least' if bar.is_least else 'most'} {bar.limit:.3g}{bar.unit}"
        say(
            f"{bar.what:{BAR_WIDTH}}{bar.value:7.2f}{bar.unit}"
            f"  {limit:15}{'met' if bar.is_met else 'NOT MET'}"
        )
