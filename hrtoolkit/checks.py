"""Settings with which the server must not start.

``manage.py check --deploy`` finds them too, beside what Django itself advises.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import Error
from django.core.exceptions import ImproperlyConfigured

LEAST_LENGTHS = (("SECRET_KEY", 50), ("AUDIT_HMAC_KEY", 32))
LEAST_CHARACTERS = 5
"""How many different ones a secret has at least: Django's own measure."""


def refusals() -> Iterator[str]:
    """Yield what is unsafe, a sentence a setting."""
    for name, length in LEAST_LENGTHS:
        value = secret(name)
        if not value:
            yield f"{name} isn't set."
        elif settings.HTTPS and is_guessable(value, length):
            yield f"{name} can be guessed: it takes {length} random characters or more."
    if not settings.HTTPS:
        return
    if settings.DEBUG:
        yield "DEBUG has to be off: its error pages tell everyone too much."
    if not settings.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS isn't set: no host name would be answered."
    if "*" in settings.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS has to name the hosts: * answers for any."
    if any("://" not in origin for origin in settings.CSRF_TRUSTED_ORIGINS):
        yield "CSRF_TRUSTED_ORIGINS has to name origins such as https://hr.example."


def secret(name: str) -> str:
    """Return a secret of the settings, or nothing. Django refuses to say so."""
    try:
        value: str = getattr(settings, name)
    except ImproperlyConfigured:
        return ""
    return value


def is_guessable(value: str, least_length: int) -> bool:
    """Whether a secret is short, monotonous, or one that Django made for a trial."""
    return (
        len(value) < least_length
        or len(set(value)) < LEAST_CHARACTERS
        or value.startswith("django-insecure-")
    )


def check(**kwargs: Any) -> list[Error]:
    """Return what is unsafe, for ``manage.py check --deploy``."""
    return [Error(sentence, id="hrtoolkit.E001") for sentence in refusals()]


def insist() -> None:
    """Raise ImproperlyConfigured, which says all that is unsafe, if anything is."""
    if sentences := list(refusals()):
        raise ImproperlyConfigured("\n".join(sentences))
