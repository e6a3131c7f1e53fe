"""A key that reads employees."""

import pytest

from apikeys import services
from tests.factories import generated_key


@pytest.fixture
def generated() -> services.Generated:
    return generated_key(scopes=["read:employees"])
