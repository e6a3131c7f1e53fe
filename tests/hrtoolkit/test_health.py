"""What a load balancer asks."""

import pytest
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


def test_it_is_up_and_ready_for_any_host_and_over_plain_http(
    settings: Settings,
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    for path in ("/livez", "/readyz"):
        response = Client().get(path, headers={"host": "10.0.0.7"})
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-store"


def test_it_is_not_ready_before_it_is_migrated() -> None:
    MigrationRecorder.Migration.objects.filter(app="employees").delete()
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert Client().get("/livez").status_code == 200


def test_it_is_not_ready_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: object) -> None:
        raise OperationalError

    monkeypatch.setattr("hrtoolkit.health.MigrationExecutor", gone)
    assert Client().get("/readyz").status_code == 503
    assert Client().get("/livez").status_code == 200
