"""A person at a browser, as far as the server can tell."""

import http.client
import re
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode

from tests.services.server import Answer, Server

SECONDS = 15
"""More than SQLite lets anyone wait for a lock."""

EMAIL, PASSWORD = "mei@harbour.example", "correct horse battery"

ADD_ORG_ADMIN = f"""
from hrtoolkit.organisations.models import Organisation, Role, User

organisation, _ = Organisation.objects.get_or_create(slug="any", name="Any")
User.objects.create_user(
    "{EMAIL}", "{PASSWORD}", organisation=organisation, role=Role.ORG_ADMIN
)
"""
"""Creates the person who signs in."""

VALUE = re.compile(r'id="api-key-value"[^>]* value="([^"]+)"')
KEYS_PAGE = re.compile(r'href="/settings/api-keys/(\d+)/">This key')
SUBMISSION = re.compile(r'name="submission_id" value="([^"]+)"')


class Revealed(NamedTuple):
    """A key as the page shows it once."""

    key_id: int
    value: str


class Person:
    """The org admin, signed in. Every request has a connection of its own."""

    def __init__(self, server: Server) -> None:
        self.port = server.port
        self.cookies: dict[str, str] = {}
        self.get("/login/")
        answer = self.post("/login/", username=EMAIL, password=PASSWORD)
        assert answer.status == 302, answer

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self.ask("GET", path, None)

    def post(self, path: str, **form: str) -> Answer:
        """Send a form."""
        return self.ask("POST", path, urlencode(form))

    def headers(self) -> dict[str, str]:
        """Return what makes a request this person's."""
        return {
            "Cookie": "; ".join(f"{name}={v}" for name, v in self.cookies.items()),
            "X-CSRFToken": self.cookies.get("csrftoken", ""),
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def ask(self, method: str, path: str, form: str | None) -> Answer:
        """Send a request with the cookies, and keep those that are set."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request(method, path, form, self.headers())
            response = connection.getresponse()
            for header in response.headers.get_all("Set-Cookie", []):
                for name, morsel in SimpleCookie(header).items():
                    self.cookies[name] = morsel.value
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def generate(self) -> Revealed:
        """Generate a key."""
        page = "/settings/api-keys/generate/"
        return self.reveal(page, name="Trial", scopes="read:employees")

    def rotate(self, key_id: int) -> Revealed:
        """Rotate a key and return its successor."""
        return self.reveal(f"/settings/api-keys/{key_id}/rotate/")

    def reveal(self, page: str, **form: str) -> Revealed:
        """Send the form of a page and return the key that the answer reveals."""
        (submission_id,) = SUBMISSION.findall(self.get(page).body.decode())
        answer = self.post(page, submission_id=submission_id, **form).body.decode()
        (value,), (key_id,) = VALUE.findall(answer), KEYS_PAGE.findall(answer)
        return Revealed(int(key_id), value)

    def revoke(self, key_id: int) -> Answer:
        """Revoke a key."""
        return self.post(f"/settings/api-keys/{key_id}/revoke/")
