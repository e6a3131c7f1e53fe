"""``manage.py serve``: the product in production, behind a proxy."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management import BaseCommand, CommandError

from hrtoolkit import checks, server


class Command(BaseCommand):
    help = "Serve on PORT with WORKERS processes until SIGTERM or Ctrl-C."
    # Those that matter are insisted on; the others take time.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--host", default=server.HOST, help="The address to listen at: %(default)s."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            checks.insist()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        server.serve(options["host"], seconds_to_finish=15)
