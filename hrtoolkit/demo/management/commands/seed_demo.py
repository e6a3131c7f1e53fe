"""``manage.py seed_demo``: as many employees as a trial of speed needs."""

from argparse import ArgumentTypeError
from typing import Any

from django.core.management import BaseCommand, CommandParser

from hrtoolkit.demo import loading
from hrtoolkit.demo.companies import HARBOUR
from hrtoolkit.demo.people import top_up

MAX_EMPLOYEES = 5_000_000


def number_of_employees(text: str) -> int:
    """Return the number in ``text``. Raises ArgumentTypeError."""
    digits = text.isascii() and text.isdecimal()
    if not digits or not 1 <= int(text) <= MAX_EMPLOYEES:
        raise ArgumentTypeError(
            f"{text!r} is not a whole number from 1 to {MAX_EMPLOYEES:,}."
        )
    return int(text)


class Command(BaseCommand):
    help = f"Load the demo organisations and top {HARBOUR.name} up with employees."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--employees",
            type=number_of_employees,
            required=True,
            metavar="N",
            help="how many the organisation shall have in all",
        )

    def handle(self, *, employees: int, **options: Any) -> None:
        added = top_up(HARBOUR, loading.load(), employees)
        self.stdout.write(f"{added:,} employees added to {HARBOUR.name}.")
