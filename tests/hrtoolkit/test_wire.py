"""What goes over the wire in production, and what the log says of it."""

import json
import re
import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest

from tests.services.production import HOST, Production

# The servers here have databases of their own.
pytestmark = pytest.mark.only_on("sqlite")

HSTS = "max-age=31536000; includeSubDomains; preload"
STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
PLAIN = {"X-Forwarded-Proto": "http"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    directory: Path = tmp_path_factory.mktemp("production")
    with Production(f"sqlite:///{directory / 'db.sqlite3'}") as server:
        yield server


def last_line(server: Production) -> dict[str, Any]:
    """Return the line of the last request, once it is written."""
    time.sleep(0.2)
    line: dict[str, Any] = json.loads(server.said().splitlines()[-1])
    return line


@pytest.mark.parametrize("path", ["/login/", "/admin/login/", "/nothing/"])
def test_a_page_is_locked_up_in_the_browser(server: Production, path: str) -> None:
    headers = server.get(path).headers
    assert headers["Strict-Transport-Security"] == HSTS
    policy = set(headers["Content-Security-Policy"].split("; "))
    assert policy == STRICT
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "clipboard-write=(self)" in headers["Permissions-Policy"]


def test_a_static_file_is_for_our_own_pages(server: Production) -> None:
    page = server.get("/login/").body.decode()
    style = re.search(r'href="(/static/[^"]+\.css)"', page)
    assert style
    answer = server.get(style[1])
    assert answer.status == 200
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Strict-Transport-Security"] == HSTS


def test_cookies_stay_on_this_host_and_away_from_scripts(server: Production) -> None:
    cookies = SimpleCookie(server.get("/login/").headers["Set-Cookie"])
    assert cookies.keys() == {"__Host-csrf"}
    cookie = cookies["__Host-csrf"]
    assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/")
    assert cookie["samesite"] == "Lax"
    assert not cookie["domain"]


def test_a_page_asked_for_in_the_clear_is_sent_to_https(server: Production) -> None:
    answer = server.get("/login/", **PLAIN)
    assert answer.status == 301
    assert answer.headers["Location"] == f"https://{HOST}/login/"
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("path", ["key", "employees/1", "openapi.json", "nothing"])
def test_the_api_in_the_clear_answers_403_and_nothing(
    server: Production, path: str
) -> None:
    _, value = server.generate()
    bodies = set()
    for key in (value, "nonsense", None):
        answer = server.get(f"/api/external/{path}", key, **PLAIN)
        assert answer.status == 403
        assert "Location" not in answer.headers
        assert "WWW-Authenticate" not in answer.headers
        problem = answer.json()
        bodies.add(json.dumps({**problem, "request_id": ""}))
    assert len(bodies) == 1
    assert server.get("/api/external/key", value).status == 200


def test_the_api_says_that_nothing_of_it_is_a_page(server: Production) -> None:
    _, value = server.generate()
    for key in (value, None):
        headers = server.get("/api/external/key", key).headers
        assert headers["Strict-Transport-Security"] == HSTS
        assert headers["Content-Security-Policy"] == (
            "default-src 'none'; frame-ancestors 'none'"
        )


def test_the_log_says_what_was_asked_and_by_which_key(server: Production) -> None:
    _, value = server.generate()
    fingerprint = server.get("/api/external/key", value).json()["data"]["fingerprint"]
    answer = server.get("/api/external/employees/17?limit=1", value)
    line = last_line(server)
    assert line.pop("time").endswith("Z")
    assert 0 < line.pop("milliseconds") < 10_000
    assert line == {
        "logger": "access",
        "request_id": answer.headers["X-Request-Id"],
        "address": "203.0.113.9",
        "method": "GET",
        "route": "api/external/employees/<id>",
        "status": 400,
        "key": fingerprint,
    }


def test_the_log_says_which_page_was_opened(server: Production) -> None:
    answer = server.get("/settings/api-keys/17/?name=Mei")
    line = last_line(server)
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert line["route"] == "settings/api-keys/<record_id:key_id>/"
    assert line["status"] == 302
    assert "Mei" not in server.said()


def test_the_log_holds_nothing_that_was_sent(server: Production) -> None:
    _, value = server.generate()
    encoded = "%79hrtk%5F" + value[6:]
    for path in (
        f"/api/external/employees?key={value}",
        f"/api/external/employees?key={encoded}&email=mei@harbour.example",
        f"/api/external/{value}",
        f"/{encoded}?email=mei@harbour.example",
        f"/login/?next=/{value}",
    ):
        server.get(path, value, Cookie=f"__Host-session={value}", Referer=value)
    server.send(f"TRACE /{value} HTTP/1.1\r\nHost: {value}\r\n\r\n".encode(), 2)
    said = server.said()
    for line in said.splitlines():
        json.loads(line)
    for secret in (value[6:], "harbour", "Bearer", "limit=", "email="):
        assert secret not in said


def test_a_form_that_never_comes_holds_a_worker_for_seconds_only(
    server: Production,
) -> None:
    head = (
        f"POST /login/ HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n"
        f"Referer: https://{HOST}/login/\r\nCookie: __Host-csrf={'a' * 32}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
    )
    begun = time.monotonic()
    answer = server.send(f"{head}Content-Length: 100\r\n\r\nuser".encode(), 30)
    assert answer.startswith(b"HTTP/1.1 403")
    assert 3 < time.monotonic() - begun < 15
    assert server.get("/login/").status == 200


def test_a_body_sent_to_the_api_holds_nobody(server: Production) -> None:
    head = f"Host: {HOST}\r\nX-Forwarded-Proto: https\r\nContent-Length: 100\r\n\r\n"
    for method in ("GET", "POST"):
        begun = time.monotonic()
        request = f"{method} /api/external/key HTTP/1.1\r\n{head}x"
        answer = server.send(request.encode(), 30)
        assert answer.startswith(b"HTTP/1.1 4")
        assert time.monotonic() - begun < 3


@pytest.mark.parametrize("path", ["/login/", "/api/external/key"])
def test_what_is_too_long_is_refused(server: Production, path: str) -> None:
    forwarded = {"Host": HOST, "X-Forwarded-Proto": "https"}
    assert server.get(path, **forwarded, Cookie="a" * 33_000).status == 431
    assert server.get(f"{path}?{'a' * 9_000}").status == 414
    assert server.get(f"{path}{'a' * 9_000}").status == 414
    many = {f"X-{number}": "1" for number in range(97)}
    assert server.get(path, **many).status == 431
    too_long = str(12 * 1024 * 1024)
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {too_long}\r\n\r\n"
    assert server.send(head.encode(), 3).startswith(b"HTTP/1.1 413")
