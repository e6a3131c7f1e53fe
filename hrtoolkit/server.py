"""The server, in production as in the demo."""

import signal
from _thread import start_new_thread
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer

HOST = "127.0.0.1"
HEADER_MILLISECONDS = 10_000
BUFFER_BYTES = 64 * 1024
"""More than the headers that the application accepts."""


class Server(MPServer):
    """granian, but proof against signals that come at once.

    Ctrl-C, ``make`` and ``timeout`` send theirs to every process of the group,
    and granian's main process then sends one more to its workers.
    """

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """Stop, from a new thread.

        The thread that a signal interrupts may hold the lock this waits for.
        """
        start_new_thread(super().signal_handler_interrupt, ())


def load_application() -> Any:
    """Return the application; called in each worker, which leaves Ctrl-C alone.

    A worker that handles SIGINT and the main process's SIGTERM at once hangs.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    # Until the worker serves, it would answer SIGTERM as the main process does.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return import_string(settings.WSGI_APPLICATION)


def serve(host: str, *, seconds_to_finish: int) -> None:
    """Serve until Ctrl-C or SIGTERM. No database connection may be open.

    Requests under way then have ``seconds_to_finish``.
    """
    server = Server(
        settings.WSGI_APPLICATION,
        address=host,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WORKERS,
        blocking_threads=1,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_MILLISECONDS, max_buffer_size=BUFFER_BYTES
        ),
        workers_kill_timeout=seconds_to_finish,
        # One that is killed, for want of memory say, must not end the others.
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=load_application, wrap_loader=False)
