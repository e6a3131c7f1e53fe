"""Every endpoint of the external API, as the settings name them."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from hrtoolkit.api.endpoint import Endpoint


@cache
def endpoints() -> list[Endpoint]:
    """Return the endpoints in the order of their declarations."""
    return [
        endpoint
        for name in settings.EXTERNAL_API_ENDPOINTS
        for endpoint in import_string(name)
    ]
