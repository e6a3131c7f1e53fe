"""A client that openapi-python-client makes from the document reads every endpoint."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from hrtoolkit.api.endpoint import Endpoint
from hrtoolkit.api.openapi import document
from hrtoolkit.api.registry import endpoints
from tests.factories import generated_key, one_of_each_record


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Generate the client, and return its package."""
    described = tmp_path / "openapi.json"
    described.write_text(json.dumps(document()))
    subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate"),
            *("--path", described, "--output-path", tmp_path / "generated_client"),
            *("--meta", "none", "--fail-on-warning"),
        ],
        # It formats what it generates by ruff, which stands beside Python.
        env=os.environ | {"PATH": str(Path(sys.executable).parent)},
        check=True,
    )
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module("generated_client")


def test_it_reads_every_endpoint(client: Any, live_server: LiveServer) -> None:
    generated = generated_key()
    records = one_of_each_record(generated.api_key.organisation)
    token = generated.token.reveal()
    base = f"{live_server.url}/api/external"
    with client.AuthenticatedClient(base_url=base, token=token) as session:
        for endpoint in endpoints():
            record = records.get(endpoint.path)
            arguments = {"id": str(record.pk)} if endpoint.takes_id and record else {}
            answer = operation(client, endpoint).sync_detailed(
                client=session, **arguments
            )
            assert answer.status_code == 200, endpoint
            data = answer.parsed.data
            if isinstance(data, list):
                data = next(one for one in data if record and one.id == str(record.pk))
            if record:
                assert data.id == str(record.pk)
            fields = endpoint.representation.__struct_fields__
            assert data.to_dict().keys() == set(fields), endpoint


def operation(client: Any, endpoint: Endpoint) -> Any:
    """Return the module that asks an endpoint."""
    tag, name = endpoint.path.partition("/")[0], endpoint.path.replace("/", "_")
    name = f"get_{name}_by_id" if endpoint.takes_id else f"get_{name}"
    return importlib.import_module(f"{client.__name__}.api.{tag}.{name}")
