"""The API does what its OpenAPI document says, whatever is sent (schemathesis)."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from pytest_django.live_server_helper import LiveServer
from schemathesis.specs.openapi.checks import positive_data_acceptance

from hrtoolkit.api import limits
from hrtoolkit.api.openapi import document
from tests.factories import generated_key, one_of_each_record

SETTINGS = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

schema = schemathesis.openapi.from_dict(document())


@pytest.fixture
def call(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, Any]]:
    """Provide where to ask, and with which key."""
    monkeypatch.setattr(limits, "REQUESTS_PER_MINUTE", 1_000_000)
    generated = generated_key()
    for _ in range(3):
        one_of_each_record(generated.api_key.organisation)
    with requests.Session() as session:
        yield {
            "base_url": f"{live_server.url}/api/external",
            "headers": {"Authorization": f"Bearer {generated.token.reveal()}"},
            "session": session,
        }


def checks_left_out(case: Any) -> list[Any]:
    """Return the check that a cursor fails: no schema can say which are ours."""
    return [positive_data_acceptance] if "cursor" in (case.query or {}) else []


@schema.parametrize()
@SETTINGS
def test_every_answer_is_as_the_document_says(case: Any, call: dict[str, Any]) -> None:
    case.call_and_validate(excluded_checks=checks_left_out(case), **call)


def test_a_chain_of_requests_is_as_the_document_says(call: dict[str, Any]) -> None:
    class Integration(schema.as_state_machine()):  # type: ignore[misc]  # made at run time
        def validate_response(self, response: Any, case: Any, **kwargs: Any) -> None:
            case.validate_response(response, excluded_checks=checks_left_out(case))

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return call

    Integration.run(settings=settings(SETTINGS, max_examples=5, stateful_step_count=6))
