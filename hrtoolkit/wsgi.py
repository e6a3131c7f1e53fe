"""The WSGI application: any WSGI server can serve it."""

import os
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from hrtoolkit import checks
from hrtoolkit.intake import PatientStream
from hrtoolkit.postgresql.patience import patience

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hrtoolkit.settings")

# A request waits for a lock or a statement only so long: the caller is told
# within 2 seconds. No write takes longer than those who follow changes allow
# for. libpq reads it at each connection; for the time when the server can't
# keep to it, there is our own patience. Commands, such as a long migration,
# have no such limits.
os.environ.setdefault(
    "PGOPTIONS",
    "-c lock_timeout=1000 -c statement_timeout=1400"
    " -c idle_in_transaction_session_timeout=30000",
)
patience.limit()

CHARSET = re.compile(r";\s*charset\s*=[^;]*", re.IGNORECASE)

try:
    django_application = get_wsgi_application()
    checks.insist()
except ImproperlyConfigured as error:
    # A traceback would only hide the sentences that help.
    sys.exit(str(error))


def application(
    environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Answer a request, whose text is UTF-8 whatever it says.

    Django decodes what it is sent by any codec of Python's that the client
    names, before any middleware could object; some raise, and some let
    through what no text may hold.
    """
    content_type = environ.get("CONTENT_TYPE")
    if content_type:
        if "*" in content_type:
            # Parameters that name a codec of their own (RFC 8187): none we take.
            content_type = content_type.partition(";")[0]
        environ["CONTENT_TYPE"] = CHARSET.sub("", content_type)
    environ["wsgi.input"] = PatientStream(environ["wsgi.input"])
    return django_application(environ, start_response)
