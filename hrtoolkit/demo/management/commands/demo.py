"""``manage.py demo``: the whole product on this machine, with data to look at."""

import secrets
import socket
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import DatabaseError, connection

from hrtoolkit import server
from hrtoolkit.demo import accounts, environment, loading

# Letters and digits that can't be taken for one another.
LEGIBLE = "abcdefghijkmnpqrstuvwxyz23456789"


class Command(BaseCommand):
    help = "Prepare the demo and serve it on this machine until Ctrl-C."
    # It starts where nothing is set up yet.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            environment.complete()
            check_settings()
            check_port()
            password = settings.DEMO_PASSWORD or new_password()
            prepare(password)
        except KeyboardInterrupt:
            raise CommandError("Stopped.", returncode=130) from None
        self.stdout.write(welcome(password))
        self.stdout.flush()
        # A request that never ends must not keep Ctrl-C waiting.
        server.serve(server.HOST, seconds_to_finish=2)


def check_settings() -> None:
    """Refuse settings under which nobody could open the demo."""
    if settings.HTTPS:
        raise CommandError(
            "HTTPS is on, but the demo serves plain HTTP. Set HTTPS=off for it."
        )


def check_port() -> None:
    """Refuse a port that can't be had, before anything that takes time."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((server.HOST, settings.PORT))
        except OSError as error:
            raise CommandError(
                f"Port {settings.PORT} can't be used: {error.strerror}."
                " Choose another one, such as PORT=8001."
            ) from None


def prepare(password: str) -> None:
    """Bring the database, the static files and the demo data up to date."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        reason = str(error).strip().partition("\n")[0]
        raise CommandError(f"The database can't be reached: {reason}") from None
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    loading.load()
    accounts.set_password(password)
    connection.close()


def new_password() -> str:
    """Return a random password that can be read and typed."""
    groups = ("".join(secrets.choice(LEGIBLE) for _ in range(4)) for _ in "123")
    return "-".join(groups)


def welcome(password: str) -> str:
    """Return what to know: where it is, who can sign in, how to call it."""
    address = f"http://{server.HOST}:{settings.PORT}"
    rows = list(accounts.sign_ins())
    width = max(len(email) for email, _ in rows)
    people = "\n".join(f"    {email:{width}}  {who}" for email, who in rows)
    return f"""
  Your HR Toolkit is at {address}/

  Sign in as
{people}

  with the password
    {password}

  Generate an API key under Settings, then call the API with it:
    curl -H "Authorization: Bearer $KEY" {address}/api/external/employees

  Ctrl-C stops the server.
"""
