"""One process for all that is measured, each behind the middleware it needs."""

import os
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

from hrtoolkit.api import limits

# As a project gets it from Django: what the peers and the floor run behind.
DEFAULT_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

if not os.environ.get("BENCHMARK_LIMITS"):
    # The limiter counts each request as ever, but the benchmark never reaches it.
    limits.REQUESTS_PER_MINUTE = 1_000_000_000


def behind(middleware: list[str]) -> WSGIHandler:
    """Return the application behind a list of middleware."""
    with override_settings(MIDDLEWARE=middleware):
        return WSGIHandler()


django.setup()
PRODUCT = behind(settings.MIDDLEWARE)
OTHERS = {"peers": behind(DEFAULT_MIDDLEWARE), "bare": behind([])}


def application(
    environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Answer by the product, unless the address begins with another's name."""
    name = environ["PATH_INFO"].split("/", 2)[1]
    return OTHERS.get(name, PRODUCT)(environ, start_response)
