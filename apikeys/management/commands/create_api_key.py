"""``manage.py create_api_key``: generate a key at the server's shell."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.views.decorators.debug import sensitive_variables

from apikeys import services
from apikeys.actors import Actor
from apikeys.forms.fields import DayField
from apikeys.scopes import Scope
from hrtoolkit.organisations.models import Organisation


def printable(text: str) -> str:
    """Refuse bytes that aren't text. Raises ArgumentTypeError."""
    if not text.isprintable():
        raise ArgumentTypeError("This can't be a slug.")
    return text


def iso_date(text: str) -> date:
    """Return a date. Raises ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(DayField.default_error_messages["invalid"]) from None


class Command(BaseCommand):
    """Prints the key alone on standard output, once."""

    help = "Generate an API key and print its value, which is shown only this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--organisation", required=True, type=printable, metavar="SLUG"
        )
        parser.add_argument("--name", required=True)
        parser.add_argument(
            "--scope",
            required=True,
            nargs="+",
            action="extend",
            choices=Scope.values,
            metavar="SCOPE",
            help=", ".join(Scope.values),
        )
        parser.add_argument(
            "--expires-on",
            type=iso_date,
            metavar="DATE",
            help="the last day on which it works, such as 2027-06-30",
        )

    @sensitive_variables("generated")
    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError("There is no organisation with that slug.")
        try:
            generated = services.generate(
                organisation=organisation,
                name=options["name"],
                scopes=options["scope"],
                expires_on=options["expires_on"],
                actor=Actor.from_command_line(),
            )
        except ValidationError as error:
            raise CommandError(
                " ".join(
                    f"{field}: {' '.join(messages)}"
                    for field, messages in error.message_dict.items()
                )
            ) from None
        self.stderr.write(
            f"Generated key {generated.api_key.pk}, {generated.api_key}. Store its"
            " value now: it can't be shown again."
        )
        self.stdout.write(generated.token.reveal())
