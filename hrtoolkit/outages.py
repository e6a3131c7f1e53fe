"""What people see when a page fails: by the database's fault, or by ours."""

import logging
import sys
from http import HTTPStatus

from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

DATABASE_GONE = (OperationalError, InterfaceError, InternalError)
"""What is raised while the database can't be reached, or can't be written to."""

RETRY_SECONDS = 5
"""After how long to ask again."""

logger = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 where it is the database's fault, and 500 where it is ours.

    Django calls it for every error that a view or a middleware leaves to it.
    """
    error = sys.exception()
    if isinstance(error, DATABASE_GONE):
        logger.warning("The database can't serve a page: %s", error)
        return unavailable()
    return page("500.html", HTTPStatus.INTERNAL_SERVER_ERROR)


def unavailable() -> HttpResponse:
    """Return the page that asks people to come back."""
    response = page("503.html", HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    # It is logged already, and Django would mail the admins every time.
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own flag
    return response


def page(template: str, status: HTTPStatus) -> HttpResponse:
    """Return a page that asks the database for nothing."""
    context = {"support_email": settings.SUPPORT_EMAIL}
    return HttpResponse(render_to_string(template, context), status=status)
