"""``manage.py replay_revocations``: after a backup was restored, before all else."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apikeys import journal, services
from apikeys.actors import Actor
from apikeys.models import APIKey


class Command(BaseCommand):
    """Revokes again what was revoked after the backup. Again is harmless."""

    help = (
        "Revoke again the keys that were revoked after a restored backup was made,"
        " from the journal of revocations, or from logs that hold the same lines."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files",
            nargs="*",
            default=[settings.REVOCATIONS_FILE],
            metavar="FILE",
            help=f"journals, one of each machine; default: {settings.REVOCATIONS_FILE}",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = already = unknown = 0
        for key_id, fingerprint in sorted(read(options["files"])):
            # A restored database gives ids again that others had before.
            keys = APIKey.objects.filter(pk=key_id, digest__startswith=fingerprint)
            key = keys.select_related("organisation").first()
            if key is None:
                unknown += 1
            elif key.revoked_at:
                already += 1
            else:
                services.revoke(key, actor=Actor.from_command_line())
                self.stdout.write(f"Revoked {key} of {key.organisation}.")
                now += 1
        self.stdout.write(
            f"Revoked now: {now}. Revoked already: {already}."
            f" Not in this database: {unknown}."
        )


def read(names: list[str]) -> set[tuple[int, str]]:
    """Return the revocations in files. Raises CommandError where there are none."""
    found = set()
    for name in names:
        try:
            with Path(name).open(encoding="utf-8", errors="replace") as file:
                revocations = journal.revocations(file)
        except (OSError, ValueError) as error:
            raise CommandError(f"This file can't be read: {error}") from None
        if not revocations:
            raise CommandError(f"No revocation stands in {name}. Is it the right file?")
        found |= revocations
    return found
