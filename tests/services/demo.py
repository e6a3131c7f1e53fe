"""The demo, as ``make demo`` serves it, on a database and a port of its own."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
START_SECONDS, STOP_SECONDS = 120, 10


@dataclass(frozen=True)
class Demo:
    """Where it is, and who can sign in."""

    address: str
    email: str
    password: str


@contextmanager
def running_demo() -> Iterator[Demo]:
    """Serve the demo until the end of the block."""
    with TemporaryDirectory(prefix="demo-") as directory:
        port, password = free_port(), secrets.token_urlsafe()
        process = start(Path(directory), port, password)
        try:
            wait_until_open(process, port)
            yield Demo(f"http://{HOST}:{port}", "admin@harbour.example", password)
        finally:
            end(process)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def start(directory: Path, port: int, password: str) -> subprocess.Popen[bytes]:
    """Start the demo, with keys and a database that nothing else uses."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "hrtoolkit.settings",
        "DATABASE_URL": f"sqlite:///{directory / 'demo.sqlite3'}",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "AUDIT_HMAC_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": HOST,
        "DEBUG": "off",
        "HTTPS": "off",
        "PORT": str(port),
        "WORKERS": "1",
        "DEMO_PASSWORD": password,
    }
    with Path(directory, "demo.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=log,
            stderr=log,
            process_group=0,
        )


def wait_until_open(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the demo listens. Raises TimeoutError, RuntimeError if it ended."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("The demo didn't start: see what `make demo` says.")
        with closing(HTTPConnection(HOST, port, timeout=5)) as connection:
            try:
                connection.connect()
            except OSError:
                time.sleep(0.1)
            else:
                return
    raise TimeoutError(f"The demo didn't start in {START_SECONDS} seconds.")


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop the demo as Ctrl-C does, or else by force."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
