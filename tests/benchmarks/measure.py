"""Runs the cases by turns, and what each of them costs."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import median

import psutil

from tests.benchmarks import load
from tests.benchmarks.load import Case
from tests.benchmarks.processes import Database, Server

WARM_UP_SECONDS = 0.2
COUNTED_REQUESTS = 20


@dataclass
class Figures:
    """What was measured of one case, a figure a run."""

    case: Case
    requests_per_second: list[float] = field(default_factory=list)
    cpu_microseconds: list[float] = field(default_factory=list)
    queries: float = 0
    client_share: float = 0
    """How much of a core the client used, at most."""

    @property
    def rate(self) -> float:
        """Requests a second, the median."""
        return median(self.requests_per_second)

    @property
    def cpu(self) -> float:
        """CPU microseconds a request, the median."""
        return median(self.cpu_microseconds)


@dataclass(frozen=True)
class Bench:
    """How long the cases run, and on which database server."""

    database: Database
    rounds: int
    seconds: float

    def measure(self, cases: Sequence[tuple[Server, Case]]) -> list[Figures]:
        """Run the cases by turns: A B C, A B C, …"""
        figures = [
            Figures(case, queries=queries)
            for (_, case), queries in zip(cases, self.queries(cases), strict=True)
        ]
        for _ in range(self.rounds):
            for figure, (server, case) in zip(figures, cases, strict=True):
                load.run(server.port, case, seconds=WARM_UP_SECONDS)
                with load.asking(server.port, case.meanwhile):
                    self.sample(figure, server)
        return figures

    def sample(self, figures: Figures, server: Server) -> None:
        """Add one run's figures."""
        processes = [server.worker, *self.database.backends()]
        before = cpu_seconds(processes)
        done = load.run(server.port, figures.case, seconds=self.seconds)
        after = cpu_seconds(processes)
        used = sum(seconds - before[pid] for pid, seconds in after.items())
        figures.requests_per_second.append(done.requests / done.seconds)
        figures.cpu_microseconds.append(used / done.requests * 1e6)
        figures.client_share = max(
            figures.client_share, done.client_seconds / done.seconds
        )

    def queries(self, cases: Sequence[tuple[Server, Case]]) -> list[float]:
        """Return how many statements reach the database for a request of each."""
        for server, case in cases:
            # The first requests connect, and prepare.
            load.run(server.port, case, requests=COUNTED_REQUESTS)
        self.database.log_statements("all")
        try:
            return [self.statements(server, case) for server, case in cases]
        finally:
            self.database.log_statements("none")

    def statements(self, server: Server, case: Case) -> float:
        """Return how many statements the database's log gains with a request."""
        before = self.database.statements()
        done = load.run(server.port, case, requests=COUNTED_REQUESTS)
        return (self.database.statements() - before) / done.requests


def cpu_seconds(processes: Iterable[psutil.Process]) -> dict[int, float]:
    """Return the CPU time that processes have used, by their ids.

    One that has ended is left out: what writes the use of keys connects anew
    each time.
    """
    used = {}
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            used[process.pid] = times.user + times.system
    return used
