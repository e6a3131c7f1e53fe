from django.apps import AppConfig
from django.core.checks import Tags, register

from hrtoolkit import checks


class ProductConfig(AppConfig):
    """What belongs to no part of the product: its checks, and ``manage.py serve``."""

    name = "hrtoolkit"

    def ready(self) -> None:
        register(checks.check, Tags.security, deploy=True)
