"""The floor: what Django and the server cost when nothing is done."""

import os
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import path


def constant(size: int) -> Callable[[HttpRequest], HttpResponse]:
    """Return a view whose answer is always the same bytes."""
    body = b"." * size
    # Without middleware, nobody else says it.
    headers = {"Content-Length": str(size)}

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(body, content_type="application/json", headers=headers)

    return view


urlpatterns = [
    path(name, constant(int(os.environ.get(f"BENCHMARK_{name.upper()}_BYTES", "0"))))
    for name in ("list", "object")
]
