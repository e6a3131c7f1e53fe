"""The last net under every log and error mail: nothing shaped like a key passes."""

import logging
import logging.config
from typing import Any

from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter

from hrtoolkit.text import redact


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
    """Return a log record whose message and traceback hold no key."""
    record = logging.LogRecord(*args, **kwargs)
    try:
        message = record.getMessage()
    except (TypeError, ValueError, KeyError):
        # Arguments that don't fit the message are the handlers' to report.
        return record
    record.msg, record.args = redact(message), None
    if record.exc_info and record.exc_info[0]:
        # Formatters take the text of a traceback from here when there is one.
        traceback = logging.Formatter().formatException(record.exc_info)
        record.exc_text = redact(traceback)
    return record


class RedactingExceptionReporter(ExceptionReporter):
    """Django's exception report with keys blotted out, wherever they stood.

    Django hides values by the name of the setting or parameter that holds
    them; a key in a path or in the wrong field has no telling name.
    """

    # Redacting takes text away and adds none: what was safe HTML stays so.

    def get_traceback_html(self) -> SafeString:
        return SafeString(redact(super().get_traceback_html()))

    def get_traceback_text(self) -> SafeString:
        return SafeString(redact(super().get_traceback_text()))
