"""A mail server of the tests' own: it keeps what it is sent, or refuses it."""

import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

OK = b"250 OK\r\n"
ANSWERS = {"DATA": b"354 Go ahead\r\n", "QUIT": b"221 Bye\r\n"}


class SMTP(socketserver.ThreadingTCPServer):
    """A server on a port of its own. A context: entered, it runs; left, it is gone.

    It refuses the addresses in ``refused``. While ``open`` is not set it has
    what it is sent, but doesn't say so; ``held`` are the addresses.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.port: int = self.server_address[1]
        self.refused: set[str] = set()
        self.open = threading.Event()
        self.open.set()
        self.held: list[str] = []
        self.received: list[tuple[str, EmailMessage]] = []
        """Each email with the address that it was delivered to, in order."""

    def __enter__(self) -> Self:
        self.thread = threading.Thread(target=self.serve_forever, args=[0.02])
        self.thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.open.set()
        self.shutdown()
        self.thread.join()
        self.server_close()

    def recipients(self) -> list[str]:
        """Return the addresses that got an email, sorted, as often as they did."""
        return sorted(address for address, _ in self.received)


class Session(socketserver.StreamRequestHandler):
    """One client's conversation (RFC 5321), as far as Django leads it."""

    server: SMTP

    def handle(self) -> None:
        self.wfile.write(b"220 Tests\r\n")
        address = ""
        for line in self.rfile:
            command = line[:4].decode().upper()
            if command == "RCPT":
                address = line.split(b"<")[1].split(b">")[0].decode()
                if address in self.server.refused:
                    self.wfile.write(b"550 No such mailbox\r\n")
                    continue
            self.wfile.write(ANSWERS.get(command, OK))
            if command == "DATA":
                self.take(address)

    def take(self, address: str) -> None:
        """Keep an email and say so."""
        content = b"".join(self.lines())
        email = message_from_bytes(content, _class=EmailMessage, policy=policy.SMTP)
        self.server.held.append(address)
        self.server.open.wait()
        self.server.received.append((address, email))
        self.wfile.write(OK)

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of an email, which a single dot ends."""
        for line in self.rfile:
            if line == b".\r\n":
                return
            yield line.removeprefix(b".")
