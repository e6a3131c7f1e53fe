"""Runs the whole suite on SQLite and on PostgreSQL at once, and sums up.

Arguments are pytest's. Without any, the coverage of both runs together must
be complete.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from tests.services import chromium
from tests.services.postgresql import PostgreSQL

PYTHON = [sys.executable, "-W", "error"]
COVERAGE = [*PYTHON, "-m", "coverage"]
INTERRUPTED = 130


@dataclass(frozen=True)
class Run:
    """The suite on one database, in a process of its own."""

    database: str
    process: subprocess.Popen[bytes]
    output: Path
    report: Path

    def end(self) -> None:
        """See that the process is gone."""
        self.process.terminate()
        self.process.wait()

    def counts(self) -> Counter[str]:
        """Return how many tests passed, failed and were skipped."""
        if not self.report.exists():
            return Counter()
        suite = ElementTree.parse(self.report).find("testsuite")
        assert suite is not None, "pytest writes one"
        tests, failures, errors, skipped = (
            int(suite.get(name, 0))
            for name in ("tests", "failures", "errors", "skipped")
        )
        failed = failures + errors
        return Counter(passed=tests - failed - skipped, failed=failed, skipped=skipped)


def main(arguments: list[str]) -> int:
    """Run everything and return the exit code."""
    # Whoever ends us wants the database server to end as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chromium.provide()
    with TemporaryDirectory(prefix="tests-") as name, PostgreSQL() as postgresql:
        directory = Path(name)
        os.environ["COVERAGE_FILE"] = str(directory / ".coverage")
        runs = [
            start("SQLite", "sqlite:///never-opened.sqlite3", directory, arguments),
            start("PostgreSQL", postgresql.url, directory, arguments),
        ]
        try:
            for run in runs:
                show(run)
        except KeyboardInterrupt:
            return INTERRUPTED
        finally:
            for run in runs:
                run.end()
        passed = all(run.process.returncode == 0 for run in runs)
        covered = bool(arguments) or coverage_is_complete()
        print(f"\n{summary(runs)}")
    return 0 if passed and covered else 1


def start(database: str, url: str, directory: Path, arguments: list[str]) -> Run:
    """Start the suite on one database."""
    output, report = directory / f"{database}.txt", directory / f"{database}.xml"
    python = PYTHON if arguments else [*COVERAGE, "run", "--parallel-mode"]
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    with output.open("wb") as file:
        process = subprocess.Popen(
            [*python, "-m", "pytest", f"--junit-xml={report}", *colour, *arguments],
            env=os.environ | {"TEST_DATABASE_URL": url},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    return Run(database, process, output, report)


def show(run: Run) -> None:
    """Print what a run says, as it goes, until it ends."""
    print(f"\n== {run.database} ==\n", flush=True)
    with run.output.open("rb") as output:
        ended = False
        while not ended:
            ended = has_ended(run.process)
            sys.stdout.buffer.write(output.read())
            sys.stdout.flush()


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Wait a moment and return whether the process has ended."""
    try:
        process.wait(timeout=0.2)
    except subprocess.TimeoutExpired:
        return False
    return True


def coverage_is_complete() -> bool:
    """Print what no test has reached, and return whether that is nothing."""
    print("\n== Coverage ==\n", flush=True)
    subprocess.run([*COVERAGE, "combine", "--quiet"], check=True)
    return subprocess.run([*COVERAGE, "report"], check=False).returncode == 0


def summary(runs: list[Run]) -> str:
    """Return the one line that counts."""
    counts = sum((run.counts() for run in runs), Counter())
    line = f"{counts['passed']} passed, {counts['failed']} failed"
    return line + (f", {counts['skipped']} skipped" if counts["skipped"] else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
