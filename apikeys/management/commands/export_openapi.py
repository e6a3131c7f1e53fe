"""``manage.py export_openapi``: the OpenAPI document, for tools that want a file."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from hrtoolkit.api.openapi import document


class Command(BaseCommand):
    """Prints the document alone on standard output."""

    help = "Print the external API's OpenAPI 3.1 document."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(document(), indent=2, ensure_ascii=False))
