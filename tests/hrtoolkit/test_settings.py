"""Settings that can't be right stop everything at once, with a clear word."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("WORKERS", "0", "WORKERS has to be 1 or more."),
        ("TRUSTED_PROXY_HOPS", "-1", "TRUSTED_PROXY_HOPS can't be negative."),
    ],
)
def test_what_cant_be_right_is_refused(name: str, value: str, message: str) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "hrtoolkit.settings",
        name: value,
    }
    command = [sys.executable, "-c", "import django; django.setup()"]
    ended = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert message in ended.stderr
