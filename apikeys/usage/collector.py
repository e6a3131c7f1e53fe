"""Counts the use of keys in this process, and has it written in batches.

A request costs an addition under a lock. A thread, begun by the first request
of a process, writes what there is every few seconds, and once more when the
process ends in good order.
"""

import logging
import threading

from django.db import DatabaseError, connection

from apikeys.usage import refusals, writing
from apikeys.usage.tallies import Tally, Use, add

SECONDS = 5
MAX_TALLIES = 5_000

logger = logging.getLogger(__name__)


class Collector:
    """The tallies of one process that aren't written yet."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.tallies: dict[Use, Tally] = {}
        self.unreported: set[refusals.Refusal] = set()
        self.thread: threading.Thread | None = None
        self.is_failing = False

    def count(self, use: Use, tally: Tally) -> None:
        """Add requests to what will be written within some seconds."""
        with self.lock:
            self.add(use, tally)
            if self.thread is None:
                self.thread = self.start()

    def add(self, use: Use, tally: Tally) -> None:
        """Add to the tallies, whose number is bounded.

        A key's holder could fill the memory with ever new names of a client.
        Beyond the bound callers aren't told apart; nothing stays uncounted.
        """
        if use not in self.tallies and len(self.tallies) >= MAX_TALLIES:
            use = use._replace(ip_address="", user_agent="")
        add(self.tallies, use, tally)

    def start(self) -> threading.Thread:
        """Return a thread that writes. The process waits for it when it ends."""
        # Said, for a thread of the server's own would hand on that it is a daemon.
        thread = threading.Thread(target=self.run, name="key-uses", daemon=False)
        thread.start()
        return thread

    def run(self) -> None:
        """Write every few seconds, and a last time when the main thread has ended.

        A server's workers need not run what is registered with ``atexit``, but
        Python waits for the threads of all of them.
        """
        main = threading.main_thread()
        while main.is_alive():
            main.join(SECONDS)
            self.flush()
            connection.close()

    def flush(self) -> None:
        """Write what there is. What can't be written now is kept for the next time."""
        with self.lock:
            taken, self.tallies = self.tallies, {}
        try:
            if taken:
                self.unreported |= writing.write(taken)
                taken = {}
            for refusal in tuple(self.unreported):
                if refusals.report(refusal):
                    self.unreported.remove(refusal)
        except Exception as error:
            self.keep(taken)
            if not self.is_failing:
                known = isinstance(error, DatabaseError)
                logger.warning(
                    "The use of keys can't be written now, and is kept: %s",
                    error,
                    exc_info=not known,
                )
            self.is_failing = True
        else:
            self.is_failing = False

    def keep(self, tallies: dict[Use, Tally]) -> None:
        """Put back what couldn't be written."""
        with self.lock:
            for use, tally in tallies.items():
                self.add(use, tally)


collector = Collector()
