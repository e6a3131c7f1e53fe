"""What people and integrations do in every other test."""

import json
from email.message import Message
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from playwright.sync_api import Page

from tests.factories import PASSWORD

ORG_ADMIN = "admin@harbour.example"


def sign_in(page: Page, address: str = "/") -> None:
    """Open a page as the org admin, who has to sign in first."""
    page.goto(address)
    page.get_by_label("Email address").fill(ORG_ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def read(url: str, value: str) -> tuple[int, Message, Any]:
    """Ask the external API, as an integration does. Returns status, headers, body."""
    request = Request(url, headers={"Authorization": f"Bearer {value}"})
    try:
        with urlopen(request, timeout=10) as response:
            return response.status, response.headers, json.load(response)
    except HTTPError as error:
        with error:
            return error.code, error.headers, json.load(error)
