"""A Redis of the tests' own, from a wheel where there is one, else the system's."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

START_SECONDS = 10


class Redis:
    """A server on a Unix socket. A context: entered, it runs; left, it is gone."""

    def __init__(self) -> None:
        self.temporary = TemporaryDirectory(prefix="redis-")
        self.socket = Path(self.temporary.name) / "socket"
        self.url = f"unix://{self.socket}"

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [program(), "--port", "0", "--unixsocket", self.socket, "--save", ""],
            cwd=self.temporary.name,
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_SECONDS
        while not self.socket.exists():
            assert time.monotonic() < deadline, "Redis didn't start."
            time.sleep(0.02)
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()
        self.temporary.cleanup()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Keep the server from running."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Take the server away."""
        self.process.terminate()
        self.process.wait()


def program() -> str:
    """Return the server's program. Raises FileNotFoundError where there is none."""
    ours = Path(sys.executable).parent / "redis-server"
    found = str(ours) if ours.exists() else shutil.which("redis-server")
    if not found:
        raise FileNotFoundError("The tests need a Redis: install redis-server.")
    return found
