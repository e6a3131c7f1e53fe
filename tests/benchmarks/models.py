"""What the peers store beyond the product's own tables."""

from typing import Any

from django.db import models
from rest_framework_api_key.models import AbstractAPIKey, APIKeyManager

from hrtoolkit.organisations.models import Organisation


class PeerKeyManager(APIKeyManager):
    """Looks keys up together with what decides whether they work."""

    def get_usable_keys(self) -> Any:
        """Return the keys that are neither revoked nor their organisation's out."""
        keys = super().get_usable_keys()
        return keys.filter(organisation__suspended_at__isnull=True)


class PeerKey(AbstractAPIKey):
    """A key of djangorestframework-api-key, as its guide ties one to its owner."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)

    objects = PeerKeyManager()
