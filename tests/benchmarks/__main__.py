"""``make bench``: the external API beside what its users could pick instead.

Everything runs on one PostgreSQL and under one server, each case by turns.
Whatever the figures, the exit code is 0.
"""

import json
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import BASE, report
from tests.benchmarks.compare import DifferentAnswers
from tests.benchmarks.groups import FLOODED, Groups
from tests.benchmarks.measure import Bench
from tests.benchmarks.processes import Database, Server, environment
from tests.services.server import ROOT

INTERRUPTED = 130
FIRST = "postgres"
"""The database that the others are copies of."""
KEYS = (100_000, 1_000_000)


@dataclass(frozen=True)
class Size:
    """How much is measured, and how long it may take in all."""

    rounds: int
    seconds: float
    large: int
    """How many keys and employees there are at most."""
    list_requests: int
    """After how many the worker's memory is looked at."""
    limit_seconds: int


FULL = Size(7, 1.5, 1_000_000, 100_000, 660)
QUICK = Size(3, 0.6, 100_000, 5_000, 115)


class OutOfTime(Exception):
    """It takes longer than it may."""


def main(arguments: list[str]) -> int:
    """Measure everything, and return the exit code."""
    parser = ArgumentParser(prog="make bench")
    parser.add_argument("--quick", action="store_true", help="under two minutes")
    size = QUICK if parser.parse_args(arguments).quick else FULL
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGALRM, out_of_time)
    signal.alarm(size.limit_seconds)
    try:
        with TemporaryDirectory(prefix="benchmark-") as name, Database() as database:
            measure(size, database, Path(name))
    except OutOfTime:
        report.say(f"\nStopped after {size.limit_seconds} seconds, as it must.")
    except DifferentAnswers as error:
        report.say(f"\nNothing to measure: {error}")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def out_of_time(*args: object) -> None:
    """End it, in whatever it does."""
    raise OutOfTime


def measure(size: Size, database: Database, directory: Path) -> None:
    """Fill the databases, start a server on each, and go through the groups."""
    started = time.monotonic()
    report.machine(database.sql("SHOW server_version"))
    report.say("\nLoading the data …")
    data = json.loads(seed(database, FIRST))
    names: dict[int | str, str] = {BASE: FIRST}
    for number in KEYS:
        if number <= size.large:
            names[number] = copy(database, f"keys_{number}", "--keys", number)
    names["employees"] = copy(database, "employees", "--employees", size.large)
    with ExitStack() as stack:
        servers = {
            what: stack.enter_context(
                Server(database.address(name), data["sizes"], directory / "log")
            )
            for what, name in names.items()
        }
        address = database.address(FIRST)
        flooded = Server(address, data["sizes"], directory / "log", has_limits=True)
        servers[FLOODED] = stack.enter_context(flooded)
        groups = Groups(Bench(database, size.rounds, size.seconds), servers, data)
        groups.employees()
        groups.employee()
        groups.leave()
        groups.keys()
        groups.flood()
        groups.pages()
        groups.memory(size.list_requests)
    report.say(f"\nIt took {time.monotonic() - started:.0f} seconds.")


def copy(database: Database, name: str, what: str, number: int) -> str:
    """Make a larger database from the first, and return its name."""
    database.sql(f"CREATE DATABASE {name} TEMPLATE {FIRST}")
    seed(database, name, what, str(number))
    return name


def seed(database: Database, name: str, *arguments: str) -> str:
    """Fill a database, in a process that ends with its connections."""
    return subprocess.run(
        [sys.executable, "-m", "django", "seed_benchmark", *arguments],
        cwd=ROOT,
        env=environment(database.address(name), {}),
        check=True,
        text=True,
        stdout=subprocess.PIPE,
        process_group=0,  # Ctrl-C is for us, and we end it.
    ).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
