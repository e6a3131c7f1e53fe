"""An integration, as the tests play it."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

BASE = "/api/external"


def get(path: str, token: Any = None, method: str = "GET", **headers: str) -> Any:
    """Ask the external API, with a key where one is given. Returns the response."""
    if token is not None:
        headers["authorization"] = f"Bearer {token.reveal()}"
    response = Client().generic(method, BASE + path, headers=headers)
    assert isinstance(response, HttpResponse)
    return response


def problem(response: Any) -> dict[str, Any]:
    """Return the problem details, after checking that they are some."""
    assert response.headers["Content-Type"] == "application/problem+json"
    details: dict[str, Any] = response.json()
    assert details["status"] == response.status_code
    assert details["request_id"] == response.headers["X-Request-Id"]
    assert details["type"].startswith("urn:yourhrtoolkit:problem:")
    assert details["title"]
    assert details["detail"]
    return details
