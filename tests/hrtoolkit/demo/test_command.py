"""``manage.py demo``, as ``make demo`` runs it."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import pytest

# The servers here have databases of their own.
pytestmark = pytest.mark.only_on("sqlite")

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 60


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def environment(tmp_path: Path, port: int) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "hrtoolkit.settings",
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }


def start(environment: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    )


def welcome(process: "subprocess.Popen[str]") -> str:
    """Return what the demo prints before it serves."""
    assert process.stdout is not None
    watchdog = threading.Timer(SECONDS, process.kill)
    watchdog.start()
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    watchdog.cancel()
    return "".join(lines)


def sign_in(address: str, email: str, password: str) -> str:
    """Sign in as a browser does and return the address it ends at."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    for _ in range(100):
        try:
            page = browser.open(f"{address}login/", timeout=10).read().decode()
            break
        except OSError:
            threading.Event().wait(0.1)
    match = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert match
    form = {"username": email, "password": password, "next": "/settings/api-keys/"}
    body = urlencode(form | {"csrfmiddlewaretoken": match[1]}).encode()
    with browser.open(f"{address}login/", body, timeout=10) as response:
        assert "Payroll" in response.read().decode()
        return str(response.url)


def test_it_serves_what_it_prints_and_stops_at_ctrl_c(
    environment: dict[str, str],
) -> None:
    for password in ("a password of our own", ""):
        process = start(environment | {"DEMO_PASSWORD": password})
        try:
            text = welcome(process)
            address = re.search(r"http://127\.0\.0\.1:\d+/", text)
            printed = re.search(r"password\n\s+(.+)\n", text)
            assert address
            assert printed
            assert printed[1] == password or not password
            ended = sign_in(address[0], "admin@harbour.example", printed[1])
            assert ended == f"{address[0]}settings/api-keys/"
            os.killpg(process.pid, signal.SIGINT)
            assert process.wait(SECONDS) == 0
        finally:
            process.kill()
            process.communicate()


def test_ctrl_c_loses_no_use_of_a_key(
    environment: dict[str, str], tmp_path: Path, port: int
) -> None:
    process = start(environment)
    try:
        welcome(process)
        command = [
            *(sys.executable, "manage.py", "create_api_key"),
            *("--organisation=harbour-logistics", "--name=New"),
            "--scope=read:employees",
        ]
        value = subprocess.check_output(command, cwd=ROOT, env=environment, text=True)
        headers = {"Authorization": f"Bearer {value.strip()}"}
        for _ in range(3):
            ask(f"http://127.0.0.1:{port}/api/external/employees", headers)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(SECONDS) == 0
    finally:
        process.kill()
        process.communicate()
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as database:
        [(requests,)] = database.execute(
            "SELECT requests FROM apikeys_keyuse"
            " WHERE api_key_id = (SELECT max(id) FROM apikeys_apikey)"
        )
    assert requests == 3


def ask(url: str, headers: dict[str, str]) -> None:
    """Ask once, when the server is there."""
    for _ in range(100):
        try:
            with urlopen(Request(url, headers=headers), timeout=10) as response:
                assert response.status == 200
                return
        except OSError:
            threading.Event().wait(0.1)
    pytest.fail("It didn't answer.")


def test_a_port_in_use_is_one_clear_line(
    environment: dict[str, str], port: int
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        out, _ = start(environment).communicate(timeout=SECONDS)
    assert out.count("\n") == 1
    assert f"Port {port} can't be used" in out


def test_a_database_out_of_reach_is_one_clear_line(
    environment: dict[str, str],
) -> None:
    url = "postgres://nobody@127.0.0.1:1/nothing"
    out, _ = start(environment | {"DATABASE_URL": url}).communicate(timeout=SECONDS)
    assert out.count("\n") == 1
    assert "The database can't be reached" in out
