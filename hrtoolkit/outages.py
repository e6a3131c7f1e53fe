"""What people see while the database can't be reached, or can't be written to."""

import logging
import sys

from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults

RETRY_SECONDS = 5

logger = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 where it is the database's fault, and 500 where it is ours.

    Django calls it for every error that a view or a middleware leaves to it.
    """
    error = sys.exception()
    if isinstance(error, (OperationalError, InterfaceError, InternalError)):
        logger.warning("The database can't serve a page: %s", error)
        return unavailable()
    return defaults.server_error(request)


def unavailable() -> HttpResponse:
    """Return the page, which asks the database for nothing."""
    response = HttpResponse(
        render_to_string("503.html", {"support_email": settings.SUPPORT_EMAIL}),
        status=503,
        headers={"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"},
    )
    # It is logged already, and Django would mail the admins every time.
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own flag
    return response
