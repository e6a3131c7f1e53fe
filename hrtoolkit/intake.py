"""What of a request comes in: not more than a page can need, and not for ever."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.shortcuts import render

from hrtoolkit import lengths

BODY_SECONDS = 5


class IntakeMiddleware:
    """Refuses requests to pages that are too long, or whose body doesn't come."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if status := lengths.excess(request):
            return refusal(request, status)
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Answer 408 to a form that stopped coming while a view was reading it."""
        if isinstance(exception, UnreadablePostError):
            return refusal(request, HTTPStatus.REQUEST_TIMEOUT)
        return None


def refusal(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """Return the page for a request that can't be taken."""
    return render(request, "400.html", status=status)


class PatientStream:
    """The body of a request, waited for only so long.

    A server hands a request on when its headers are there, and the worker waits
    for the body, without end if it never comes. So another thread waits for it.
    """

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.deadline: float | None = None

    def read(self, *size: int) -> bytes:
        """Return bytes of the body. Raises TimeoutError."""
        return self.wait_for(self.stream.read, *size)

    def readline(self, *size: int) -> bytes:
        """Return a line of the body. Raises TimeoutError."""
        return self.wait_for(self.stream.readline, *size)

    def wait_for(self, read: Callable[..., bytes], *size: int) -> bytes:
        """Return what is read, if it is before the time for the whole body is up."""
        if self.deadline is None:
            self.deadline = time.monotonic() + BODY_SECONDS
        done: Future[bytes] = Future()

        def wait() -> None:
            try:
                done.set_result(read(*size))
            except Exception as error:
                done.set_exception(error)

        threading.Thread(target=wait, daemon=True).start()
        return done.result(timeout=max(0.0, self.deadline - time.monotonic()))
