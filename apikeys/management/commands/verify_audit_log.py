"""``manage.py verify_audit_log``: has anybody touched the audit log?"""

import re
from argparse import ArgumentParser, ArgumentTypeError
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apikeys import audit
from hrtoolkit.organisations.models import Organisation

PLATFORM = "@platform"
"""Stands where an organisation's slug does; no slug holds an ``@``."""

HEAD = re.compile(rf"({PLATFORM}|[-\w]+)=([1-9]\d{{0,17}}):([0-9a-f]{{64}})", re.ASCII)


def named_head(text: str) -> tuple[str, audit.Head]:
    """Return a chain's name and its head. Raises ArgumentTypeError."""
    match = HEAD.fullmatch(text)
    if match is None:
        raise ArgumentTypeError(
            "Write a head as this command prints it: SLUG=NUMBER:HMAC."
        )
    name, number, mac = match.groups()
    return name, audit.Head(int(number), mac)


class Command(BaseCommand):
    """Prints the heads of the chains that are sound, in the form it takes them."""

    help = (
        "Check every audit chain and print its head, to be kept away from the"
        " database. Given earlier heads, it also finds events cut off the end."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head",
            nargs="+",
            action="extend",
            default=[],
            type=named_head,
            metavar="SLUG=NUMBER:HMAC",
            help="a head that this command printed earlier",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.AUDIT_HMAC_KEY:
            raise CommandError("AUDIT_HMAC_KEY is not set: nothing can be checked.")
        checked = broken = 0
        for verdict in audit.verify(by_organisation(options["head"])):
            chain = verdict.organisation
            name = chain.slug if chain else PLATFORM
            if verdict.fault:
                self.stderr.write(f"{name}: {verdict.fault}")
                broken += 1
            elif verdict.head.number:
                self.stdout.write(f"{name}={verdict.head.number}:{verdict.head.mac}")
            checked += 1
        if broken:
            raise CommandError(f"Chains that are not sound: {broken} of {checked}.")
        self.stderr.write(f"Every chain is sound: {checked}.", self.style.SUCCESS)


def by_organisation(
    heads: Iterable[tuple[str, audit.Head]],
) -> dict[Organisation | None, list[audit.Head]]:
    """Return the heads by the organisation they name. Raises CommandError."""
    kept: dict[Organisation | None, list[audit.Head]] = defaultdict(list)
    for name, head in heads:
        organisation = Organisation.objects.filter(slug=name).first()
        if organisation is None and name != PLATFORM:
            raise CommandError(f"There is no organisation {name}.")
        kept[organisation].append(head)
    return kept
