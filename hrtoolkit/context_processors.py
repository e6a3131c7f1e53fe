"""What every template may name."""

from django.conf import settings
from django.http import HttpRequest


def support(request: HttpRequest) -> dict[str, str]:
    """Where people write when the product doesn't answer."""
    return {"support_email": settings.SUPPORT_EMAIL}
