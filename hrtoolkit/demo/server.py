"""The production server, as the demo runs it."""

import signal
from _thread import start_new_thread
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

HOST = "127.0.0.1"


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


def serve() -> None:
    """Serve until Ctrl-C or SIGTERM. No database connection may be open."""
    server = Server(
        settings.WSGI_APPLICATION,
        address=HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WORKERS,
        blocking_threads=1,
        # A request that never ends must not keep Ctrl-C waiting.
        workers_kill_timeout=2,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=load_application, wrap_loader=False)
