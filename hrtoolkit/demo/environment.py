"""The settings that the demo needs and nobody has given."""

import os
import secrets
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError

KEYS = ("SECRET_KEY", "AUDIT_HMAC_KEY")
COMMENT = """\
# Written by `manage.py demo`: what it needs, and neither a .env nor the environment
# gave. The other commands of manage.py read it too, and so work on the same data.
# Keep it as long as the database: AUDIT_HMAC_KEY seals the audit log in there.
# HTTPS=off is for trying things out on this machine, and nothing else.
"""


def complete() -> None:
    """Give the demo what it lacks, and start this process anew with it.

    The settings have put what ``.env`` says into the environment. A key that
    is in neither is kept in a new ``.env``; one that exists is never touched.
    Whoever gave both keys only lacks plain HTTP on this machine: that is lent
    for this run, and not written where another server would read it.
    """
    lacking = {
        name: value for name, value in needed().items() if not os.environ.get(name)
    }
    if not lacking:
        return
    keys = [name for name in KEYS if name in lacking]
    if keys:
        write(settings.BASE_DIR / ".env", lacking, keys)
    os.environ.update(lacking)
    sys.stdout.flush()
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606  # nosec B606  # there is no shell


def needed() -> dict[str, str]:
    """Return all that the demo needs, with new random keys."""
    return {name: secrets.token_urlsafe(48) for name in KEYS} | {
        "HTTPS": "off",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
    }


def write(path: Path, values: dict[str, str], keys: list[str]) -> None:
    """Create the ``.env`` file, readable by its owner alone."""
    lines = [f"{name}={value}\n" for name, value in values.items()]
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CommandError(
            f"{path} gives no {' and no '.join(keys)}. Add what is missing, or move"
            " the file away: the demo then writes its own."
        ) from None
    except OSError as error:
        raise CommandError(f"{path} can't be written: {error.strerror}.") from None
    with os.fdopen(descriptor, "w") as file:
        file.writelines([COMMENT, *lines])
