"""The browser of the browser tests: the system's, or Playwright's own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    # Nothing leaves this machine, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--no-first-run",
]


@contextmanager
def started() -> Iterator[Browser]:
    """Run a browser until the end of the block."""
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=installed(),
            args=ARGUMENTS,
            chromium_sandbox=os.geteuid() != 0,
        ) as browser,
    ):
        yield browser


def installed() -> str | None:
    """Return the path of the system's browser; without one, Playwright has its own."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def provide() -> None:
    """Install a browser where there is none: Debian's, or else Playwright's."""
    if installed() or install_debians() or install_playwrights():
        return
    sys.exit(
        "The browser tests need a browser, and none could be installed."
        " Install Chromium or Chrome and run them again."
    )


def install_debians() -> bool:
    """Install Debian's package, where we may and where it is one."""
    return (
        may_use_apt()
        and succeeds("apt-get", "update")
        and succeeds("apt-get", "install", "--yes", "chromium")
    )


def install_playwrights() -> bool:
    """Install the browser that Playwright was made for, unless it is there."""
    libraries = ["--with-deps"] if may_use_apt() else []
    playwright = [sys.executable, "-m", "playwright", "install", "--only-shell"]
    return succeeds(*playwright, *libraries, "chromium")


def may_use_apt() -> bool:
    """Whether we may install packages of Debian or its kin."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def succeeds(*command: str) -> bool:
    """Run a command and return whether it ended well."""
    print(f"Without a browser: {' '.join(command)}", flush=True)
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
