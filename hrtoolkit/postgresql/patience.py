"""How long this process waits for a database server that says nothing."""

FULL_SECONDS = 1.5
"""Longer than the server itself lets a statement or a lock wait (``wsgi.py``)."""

LITTLE_SECONDS = 0.3
"""While it is known to be silent: those who queue must not wait one by one."""


class Patience:
    """A command's has no end. A server's ends before people and programs lose theirs.

    It is one for all threads: what one of them learns, the others know.
    """

    def __init__(self) -> None:
        self.full: float | None = None
        self.seconds: float | None = None

    def limit(self) -> None:
        """Wait no longer than a request may take. Called once, by the server."""
        self.full = self.seconds = FULL_SECONDS

    def wear_out(self) -> None:
        """Expect little: the server was silent."""
        self.seconds = LITTLE_SECONDS

    def restore(self) -> None:
        """Wait as before: the server has answered."""
        self.seconds = self.full


patience = Patience()
