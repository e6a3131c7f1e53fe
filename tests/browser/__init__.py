"""The product in a real browser."""

import pytest

ON_ONE_DATABASE = pytest.mark.only_on("sqlite")
"""A page is the same on both, and its views are tested on both. The main job and
the life of a key are done in a browser on both."""
