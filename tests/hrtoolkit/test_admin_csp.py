"""Django admin works under the policy of every other page: no page has inline code."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.factories import EmployeeFactory, UserFactory, generated_key

pytestmark = pytest.mark.django_db


class InlineCode(HTMLParser):
    """Collects what the content security policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        runs = named.get("type") not in {"application/json", "text/template"}
        if tag == "style" or (tag == "script" and "src" not in named and runs):
            self.found.append(tag)
        self.found += [
            f"{tag} {name}={value}"
            for name, value in attrs
            if name == "style"
            or name.startswith("on")
            or (value or "").startswith(("javascript:", "data:"))
        ]


def pages() -> list[str]:
    """Return the address of every list and form of the admin, and its others."""
    found = [reverse("admin:index"), reverse("admin:password_change")]
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found += [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
        for record in model_admin.model._default_manager.all()[:1]:
            found += [
                reverse(f"{name}_{page}", args=[record.pk])
                for page in ("change", "history", "delete")
            ]
    return [*found, "/admin/employees/employee/import/"]


def test_no_page_of_django_admin_has_inline_code() -> None:
    key = generated_key().api_key
    EmployeeFactory(organisation=key.organisation)
    client = Client()
    staff: Any = UserFactory(staff=True, is_superuser=True)
    client.force_login(staff, "hrtoolkit.organisations.backends.UserBackend")
    opened = 0
    for path in pages():
        response = client.get(path)
        if response.status_code != 200:
            continue
        opened += 1
        parser = InlineCode()
        parser.feed(response.content.decode())
        assert not parser.found, path
        policy = response.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy.split("; ")
        assert "unsafe" not in policy
    assert opened > 20
