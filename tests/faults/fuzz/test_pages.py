"""Whatever is sent to the pages, nothing fails: no 5xx, no traceback."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import given
from hypothesis import strategies as st

from apikeys.models import APIKey
from hrtoolkit.organisations.models import User
from tests.factories import UserFactory, generated_key, one_of_each_record
from tests.faults.fuzz.examples import FEW, TEXT

pytestmark = pytest.mark.django_db

IN_ADMIN = re.compile(r"^/admin/(apikeys|employees|organisations)/(\w+)/1/")
FORM = "application/x-www-form-urlencoded"
LISTS = ("/settings/api-keys/", "/settings/audit-log/")
BACKEND = "hrtoolkit.organisations.backends.UserBackend"


class Fields(HTMLParser):
    """The fields of a page's forms, with their values."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name")
        if tag in ("input", "select", "textarea", "button") and name:
            self.values.setdefault(name, found.get("value") or "")


def addresses(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    """Yield an address for every route of the site map, ids being 1."""
    for entry in resolver.url_patterns:
        route = prefix + re.sub(r"^\^|\$$", "", str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from addresses(entry, route)
        elif isinstance(entry, URLPattern):
            route = re.sub(r"\(\?P<\w+>([^|)]*)[^)]*\)", r"\1", route)
            yield re.sub(r"<[^>]+>", "1", route)


@dataclass(frozen=True)
class Pages:
    """Every address that a person may open, with the fields of its forms."""

    user: User
    known: list[tuple[str, dict[str, str]]]


@pytest.fixture
def everyones_pages() -> dict[str, Pages]:
    key = generated_key().api_key
    # With one key alone, the list has no filters.
    generated_key(organisation=key.organisation)
    one_of_each_record(key.organisation)
    org_admin = UserFactory(org_admin=True, organisation=key.organisation)
    return {
        "org_admin": pages_of(org_admin, key),
        "staff": pages_of(UserFactory(staff=True), key),
    }


def pages_of(user: User, key: APIKey) -> Pages:
    """Open every page once."""
    client = client_of(user)
    known = []
    for address in addresses(get_resolver()):
        if user.is_staff == address.startswith("/admin/"):
            path = IN_ADMIN.sub(of_a_record, address).replace("/1/", f"/{key.pk}/")
            answer = client.get(path)
            page = answer.content.decode() if not answer.streaming else ""
            known.append((path, Fields(page).values))
    return Pages(user, known)


def of_a_record(found: re.Match[str]) -> str:
    """Return the address of the first record of an admin page's model."""
    app, model = found.groups()
    record = apps.get_model(app, model)._default_manager.order_by("pk").first()
    return f"/admin/{app}/{model}/{record.pk if record else 0}/"


def client_of(user: User) -> Client:
    """Return a browser in which a person is signed in."""
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=BACKEND)
    return client


def encoded(form: dict[str, str]) -> str:
    """Return a form as a browser sends it, if it lets through what is no text."""
    return urlencode(form, errors="surrogatepass")


@pytest.mark.parametrize("who", ["org_admin", "staff"])
@FEW
@given(st.data())
def test_any_form_is_answered(
    everyones_pages: dict[str, Pages], who: str, data: st.DataObject
) -> None:
    pages = everyones_pages[who]
    client = client_of(pages.user)
    path, fields = data.draw(st.sampled_from(pages.known))
    names = st.sampled_from(sorted(fields)) | TEXT if fields else TEXT
    values = TEXT | st.sampled_from(["", *sorted(set(fields.values()))])
    changed = data.draw(st.dictionaries(names, values, max_size=4))
    sent = encoded(fields | changed)
    # Every example finds what there was at first.
    with transaction.atomic():
        if data.draw(st.booleans()):
            answer = client.get(f"{path}?{sent}")
        else:
            answer = client.post(path, sent, content_type=FORM)
        transaction.set_rollback(True)
    assert answer.status_code < 500, (path, changed)


@FEW
@given(st.data())
def test_any_filter_is_answered(
    everyones_pages: dict[str, Pages], data: st.DataObject
) -> None:
    pages = everyones_pages["org_admin"]
    client = client_of(pages.user)
    lists = [known for known in pages.known if known[0] in LISTS]
    path, fields = data.draw(st.sampled_from(lists))
    # The place where the next page begins stands in links alone.
    names = st.sampled_from([*sorted(fields), "status", "health", "after", "key"])
    sent = encoded(data.draw(st.dictionaries(names, TEXT, max_size=3)))
    assert client.get(f"{path}?{sent}").status_code in (200, 400, 414)
