"""How long a request may be, and how long it may take to come."""

import time
from http import HTTPStatus
from typing import Any

import pytest
from django.http import HttpRequest, UnreadablePostError
from django.test import Client, RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from hrtoolkit import intake, lengths
from hrtoolkit.intake import IntakeMiddleware, PatientStream
from hrtoolkit.organisations.sign_in.views import LoginView
from tests.integration import get, problem

TOO_LONG = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
MANY_HEADERS = {f"X-{number}": "1" for number in range(lengths.MAX_HEADERS)}


def request(path: str = "/", **meta: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.META |= meta
    return request


def test_what_is_just_short_enough_is_taken() -> None:
    host = len("testserver")
    meta = {"HTTP_HOST": "testserver"}
    meta["HTTP_USER_AGENT"] = "a" * (lengths.MAX_HEADER_BYTES - host)
    meta["QUERY_STRING"] = "a" * lengths.MAX_ADDRESS_BYTES
    meta["CONTENT_LENGTH"] = str(lengths.MAX_BODY_BYTES)
    taken = RequestFactory().get("/" + "a" * (lengths.MAX_ADDRESS_BYTES - 1))
    taken.META = {n: v for n, v in taken.META.items() if n[:5] != "HTTP_"} | meta
    assert lengths.excess(taken) is None
    taken.META["HTTP_A"] = "a"
    assert lengths.excess(taken) == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


@pytest.mark.parametrize(
    "length", [str(lengths.MAX_BODY_BYTES + 1), "9" * 5_000, "-1", "abc", "1e3", "１"]
)
def test_a_length_that_is_too_much_or_none_is_refused(length: str) -> None:
    assert lengths.excess(request(CONTENT_LENGTH=length)) == TOO_LONG
    assert lengths.excess(request(CONTENT_LENGTH="")) is None


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {"cookie": "a" * 33_000}, 431),
        ("/", MANY_HEADERS, 431),
        ("/" + "a" * 9_000, {}, 414),
        ("/?" + "a" * 9_000, {}, 414),
        ("/", {"content-length": "99999999"}, 413),
    ],
)
def test_pages_and_api_refuse_it_in_their_own_way(
    path: str, headers: dict[str, str], status: int
) -> None:
    page = Client().get(path, headers=headers)
    assert page.status_code == status
    assert "That didn’t work" in page.content.decode()
    refused = get(path, **headers)
    assert refused.status_code == status
    assert problem(refused)["title"] == "Too long"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("&".join(f"a{number}=1" for number in range(1_001)).encode(), "form"),
        (b"a=" + b"1" * 2_700_000, "form"),
        (encode_multipart(BOUNDARY, {f"a{n}": "1" for n in range(1_001)}), "parts"),
        (b"--BoUnDaRyStRiNg\r\n" + b"X-Header: a\r\n" * 100_000, "parts"),
    ],
)
def test_a_form_with_too_much_in_it_is_refused(body: bytes, kind: str) -> None:
    kinds = {"form": "application/x-www-form-urlencoded", "parts": MULTIPART_CONTENT}
    response = Client().generic("POST", "/login/", body, content_type=kinds[kind])
    assert response.status_code == 400


class Slow:
    """A body of which each part comes after a while."""

    def read(self, *size: int) -> bytes:
        time.sleep(0.1)
        return b"a"

    readline = read


def test_a_whole_body_is_waited_for_only_so_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intake, "BODY_SECONDS", 0.35)
    stream = PatientStream(Slow())
    assert [stream.read(1), stream.readline()] == [b"a", b"a"]
    stream.read(1)
    with pytest.raises(TimeoutError):
        stream.read(1)


def test_a_body_that_breaks_off_is_not_waited_for() -> None:
    class Broken:
        def read(self, *size: int) -> bytes:
            raise ConnectionResetError

    begun = time.monotonic()
    with pytest.raises(ConnectionResetError):
        PatientStream(Broken()).read(1)
    assert time.monotonic() - begun < intake.BODY_SECONDS


def test_a_form_that_stops_coming_is_answered_408(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stops(*args: Any, **kwargs: Any) -> Any:
        raise UnreadablePostError

    monkeypatch.setattr(LoginView, "dispatch", stops)
    assert Client().get("/login/").status_code == 408
    middleware = IntakeMiddleware(lambda request: stops())
    assert middleware.process_exception(request(), ValueError()) is None
