"""What the tests themselves stand on."""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from apikeys.models import APIKey, AuditEvent
from hrtoolkit.api import limits
from tests.factories import generated_key


def test_the_suite_runs_on_the_database_it_was_told_to() -> None:
    wanted = os.environ.get("TEST_DATABASE_URL", "sqlite").partition(":")[0]
    assert connection.vendor == {"postgres": "postgresql"}.get(wanted, wanted)


def test_every_variable_of_the_settings_is_given() -> None:
    source = Path(settings.BASE_DIR, "hrtoolkit", "settings.py").read_text()
    variables = re.findall(r'env\.\w+\(\s*"(\w+)"', source)
    assert variables
    assert os.environ.keys() >= set(variables)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_the_guards_are_back_after_a_transactional_test(time: str) -> None:
    generated_key()
    for model in (APIKey, AuditEvent):
        assert model.objects.count() == 1, f"{time}: the tables were not emptied"
        with pytest.raises(DatabaseError):
            model.objects.all()._raw_delete(using="default")


@pytest.mark.parametrize("time", ["first", "second"])
def test_every_test_counts_requests_anew(time: str) -> None:
    assert limits.own_counter().hit(1).requests == 1, time
