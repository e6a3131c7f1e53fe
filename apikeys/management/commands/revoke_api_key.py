"""``manage.py revoke_api_key``: the emergency brake at the server's shell."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apikeys import services
from apikeys.actors import Actor
from apikeys.models import APIKey


class Command(BaseCommand):
    """Revokes one key by its id. Again is harmless."""

    help = "Revoke an API key, at once and for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", type=int, help="the number in its page's address")

    def handle(self, *args: Any, **options: Any) -> None:
        key = APIKey.objects.filter(pk=options["id"]).first()
        if key is None:
            raise CommandError(f"There is no key {options['id']}.")
        key = services.revoke(key, actor=Actor.from_command_line())
        self.stdout.write(f"Revoked {key} of {key.organisation}.")
