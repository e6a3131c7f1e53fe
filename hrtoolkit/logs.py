"""What is logged, and the last net under every log and error mail.

Nothing shaped like a key passes, nor the row that PostgreSQL adds to an error.
"""

import json
import logging
import logging.config
import os
import re
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from hrtoolkit.access_log import UNDER_WAY
from hrtoolkit.text import redact

DETAIL = re.compile(r"DETAIL: .*?(?=\n\n|\nCONTEXT:|\Z)", re.DOTALL)
"""What PostgreSQL adds to a refused write: often the whole row, a person's record."""

UNAVAILABLE = 503


def configure(config: dict[str, Any]) -> None:
    """Configure logging, and redact every record before any handler sees it.

    Called by Django with the ``LOGGING`` setting.
    """
    logging.setLogRecordFactory(redacted_record)
    # What no line of ours shows needn't be found out for each.
    logging.logThreads = False
    logging.logProcesses = False
    logging.logMultiprocessing = False
    logging.config.dictConfig(config)


def redacted_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """Return a log record whose message and traceback hold no key and no record.

    It says which request it belongs to, and the fingerprint of the request's key.
    """
    record = logging.LogRecord(*args, **kwargs)
    line = UNDER_WAY.get()
    record.request_id = line.request_id if line else ""
    record.key = line.key if line else ""
    try:
        message = record.getMessage()
    except (TypeError, ValueError, KeyError):
        # Arguments that don't fit the message are the handlers' to report.
        return record
    record.msg, record.args = safe(message), None
    if record.exc_info and record.exc_info[0]:
        # Formatters take the text of a traceback from here when there is one.
        record.exc_text = safe(logging.Formatter().formatException(record.exc_info))
    return record


def safe(text: str) -> str:
    """Return a text without what no log may hold."""
    return DETAIL.sub("DETAIL: [redacted]", redact(text))


class JSONFormatter(logging.Formatter):
    """One JSON object a record, for machines to read."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "logger": record.name,
            "level": record.levelname,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", ""),
            "key": getattr(record, "key", ""),
            "traceback": record.exc_text,
        }
        return json.dumps({name: value for name, value in fields.items() if value})


class LineFormatter(logging.Formatter):
    """A readable line, for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        request_id = getattr(record, "request_id", "")
        return line if request_id in line else f"{line} [{request_id}]"


def is_worth_mailing(record: logging.LogRecord) -> bool:
    """Whether an error is our fault: that a database is away is seen elsewhere."""
    return getattr(record, "status_code", None) != UNAVAILABLE


class RedactingReporterFilter(SafeExceptionReporterFilter):
    """Tells of a request only what it takes to find the fault.

    Forms hold people's records, addresses of databases and mail servers hold
    passwords, and a server may hand on its whole environment with a request.
    """

    hidden_settings = re.compile(
        SafeExceptionReporterFilter.hidden_settings.pattern + "|_URL$", re.IGNORECASE
    )

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        meta: dict[str, Any] = super().get_safe_request_meta(request)
        return {name: value for name, value in meta.items() if name not in os.environ}

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        post = request.POST if request else {}
        return dict.fromkeys(post, self.cleansed_substitute)


class RedactingExceptionReporter(ExceptionReporter):
    """Django's exception report with keys blotted out, wherever they stood.

    Django hides values by the name of the setting or parameter that holds
    them; a key in a path or in the wrong field has no telling name.
    """

    # Redacting takes text away and adds none: what was safe HTML stays so.

    def get_traceback_html(self) -> SafeString:
        return SafeString(safe(super().get_traceback_html()))

    def get_traceback_text(self) -> SafeString:
        return SafeString(safe(super().get_traceback_text()))
