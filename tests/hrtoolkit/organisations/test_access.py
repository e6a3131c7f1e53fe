"""Who may open which page: every route, every role, both organisations."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from apikeys.models import APIKey
from apikeys.services import version
from hrtoolkit.organisations.models import Role, User
from tests.factories import OrganisationFactory, UserFactory, generated_key
from tests.people import browser_of, text

pytestmark = pytest.mark.django_db

SIGN_IN = 302

ROLES = ["anonymous", "employee", "manager", "org_admin", "other_org_admin", "staff"]

# Each route that isn't Django admin's, and what each role above gets.
ROUTES: dict[str, list[int]] = {
    "": [302, 200, 200, 200, 200, 302],
    "login/": [200, 302, 302, 302, 302, 302],
    "login/code/": [302, 302, 302, 302, 302, 302],
    "login/forgotten/": [200, 200, 200, 200, 200, 200],
    "login/forgotten/sent/": [200, 200, 200, 200, 200, 200],
    "login/new-password/<uidb64>/<token>/": [200, 200, 200, 200, 200, 200],
    "logout/": [405, 405, 405, 405, 405, 405],
    "account/": [302, 200, 200, 200, 200, 200],
    "account/password/": [302, 200, 200, 200, 200, 200],
    "account/second-factor/": [302, 200, 200, 200, 200, 200],
    "account/second-factor/turn-off/": [302, 302, 302, 302, 302, 302],
    "settings/": [302, 403, 403, 200, 200, 403],
    "settings/security/": [302, 403, 403, 200, 200, 403],
    "settings/api-keys/": [302, 403, 403, 200, 200, 403],
    "settings/api-keys/reference/": [302, 403, 403, 200, 200, 403],
    "settings/api-keys/identify/": [302, 403, 403, 200, 200, 403],
    "settings/api-keys/generate/": [302, 403, 403, 200, 200, 403],
    "settings/api-keys/<record_id:key_id>/": [302, 403, 403, 200, 404, 403],
    "settings/api-keys/<record_id:key_id>/change/": [302, 403, 403, 200, 404, 403],
    "settings/api-keys/<record_id:key_id>/remove-scope/": [
        302,
        403,
        403,
        405,
        405,
        403,
    ],
    "settings/api-keys/<record_id:key_id>/revoke/": [302, 403, 403, 200, 404, 403],
    "settings/api-keys/<record_id:key_id>/rotate/": [302, 403, 403, 200, 404, 403],
    "settings/audit-log/": [302, 403, 403, 200, 200, 403],
    "settings/audit-log/export/": [302, 403, 403, 405, 405, 403],
}


@pytest.mark.parametrize("path", ["logout/", "settings/audit-log/export/"])
def test_an_address_for_forms_alone_has_a_page(path: str) -> None:
    response = browser_of(UserFactory(org_admin=True)).get(f"/{path}")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
    assert "This address only takes forms." in text(response)
    page = browser_of(UserFactory(org_admin=True)).get("/account/")
    ours = {name for name in page.headers if name not in ("Set-Cookie", "Vary")}
    assert ours <= set(response.headers)
    assert response.headers["Content-Length"] == str(len(response.content))


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route
        elif entry.app_name != "admin":
            yield from routes(entry, route)


def test_the_table_names_every_route() -> None:
    assert sorted(routes(get_resolver())) == sorted(ROUTES)


@pytest.fixture
def key() -> APIKey:
    return generated_key().api_key


def client_of(role: str, key: APIKey) -> Client:
    client = Client()
    if role == "anonymous":
        return client
    if role == "staff":
        user = UserFactory(staff=True)
    elif role == "other_org_admin":
        user = UserFactory(org_admin=True, organisation=OrganisationFactory())
    else:
        user = UserFactory(role=role, organisation=key.organisation)
    client.force_login(user, backend="hrtoolkit.organisations.backends.UserBackend")
    return client


@pytest.mark.parametrize("route", ROUTES)
def test_every_role_gets_what_the_table_says(key: APIKey, route: str) -> None:
    path = "/" + route.replace("<record_id:key_id>", str(key.pk))
    answers = []
    for role in ROLES:
        response = client_of(role, key).get(path)
        answers.append(response.status_code)
        if role == "anonymous" and response.status_code == SIGN_IN:
            assert response.headers["Location"].startswith("/login/")
    assert answers == ROUTES[route]


@pytest.mark.parametrize("role", ["employee", "manager", "other_org_admin", "staff"])
def test_nobody_else_changes_anything(key: APIKey, role: str) -> None:
    client = client_of(role, key)
    form = {"name": "Mine", "scopes": "read:employees", "submission_id": "0" * 32}
    page = f"/settings/api-keys/{key.pk}"
    before = APIKey.objects.values().get()
    details = {"name": "Mine", "scopes": "read:employees", "seen": version(key)}
    for path, fields in (
        ("revoke/", {}),
        ("rotate/", {"submission_id": "0" * 32}),
        ("change/", details),
        ("remove-scope/", {"scope": "read:leave"}),
    ):
        response = client.post(f"{page}/{path}", fields)
        assert response.status_code == (404 if role == "other_org_admin" else 403)
    if role != "other_org_admin":
        assert client.post("/settings/api-keys/generate/", form).status_code == 403
    assert APIKey.objects.values().get() == before


def test_an_unknown_id_answers_as_a_foreign_one_does(key: APIKey) -> None:
    client = client_of("other_org_admin", key)
    foreign = client.get(f"/settings/api-keys/{key.pk}/")
    for unknown in ("999999", "9" * 18, "9" * 4000, "0", "01", "-1", "%00", "x"):
        response = client.get(f"/settings/api-keys/{unknown}/")
        assert response.status_code == 404
        assert response.content == foreign.content


@pytest.mark.parametrize("role", ["anonymous", "employee", "manager", "org_admin"])
def test_django_admin_is_for_staff(key: APIKey, role: str) -> None:
    client = client_of(role, key)
    for path in ("", "login/", "apikeys/apikey/", "nothing/", "logout/"):
        response = client.get(f"/admin/{path}")
        expected = (302,) if role == "anonymous" else (403,)
        assert response.status_code in expected
    assert client_of("staff", key).get("/admin/").status_code == 200


def test_a_demoted_org_admin_loses_it_at_the_next_click(key: APIKey) -> None:
    client = client_of("org_admin", key)
    assert client.get("/settings/api-keys/").status_code == 200
    User.objects.update(role=Role.MANAGER)
    assert client.get("/settings/api-keys/").status_code == 403
    assert client.post(f"/settings/api-keys/{key.pk}/revoke/").status_code == 403


def test_a_deactivated_person_is_out_at_the_next_click(key: APIKey) -> None:
    client = client_of("org_admin", key)
    User.objects.update(is_active=False)
    assert client.get("/settings/api-keys/").status_code == 302


def test_a_suspended_organisation_is_out_at_the_next_click(key: APIKey) -> None:
    client = client_of("org_admin", key)
    key.organisation.suspended_at = timezone.now()
    key.organisation.save()
    assert client.get("/settings/api-keys/").status_code == 302


def test_the_403_page_says_who_can_help(key: APIKey) -> None:
    admin = UserFactory(org_admin=True, organisation=key.organisation)
    elsewhere = UserFactory(org_admin=True)
    gone = UserFactory(org_admin=True, organisation=key.organisation, is_active=False)
    page = client_of("employee", key).get("/settings/").content.decode()
    assert admin.email in page
    assert elsewhere.email not in page
    assert gone.email not in page


def test_a_key_never_opens_a_page() -> None:
    token = generated_key().token
    headers = {"authorization": f"Bearer {token.reveal()}"}
    for path in ("/", "/settings/api-keys/", "/admin/"):
        assert Client().get(path, headers=headers).status_code == 302


def test_a_session_never_opens_the_api(key: APIKey) -> None:
    for role in ("org_admin", "staff"):
        response = client_of(role, key).get("/api/external/employees")
        assert response.status_code == 401


@pytest.mark.parametrize(
    "cookie",
    ["", "x", "0" * 32, "é" * 32, '"\\000"', '"' + "\\000" * 32 + '"', "a" * 10_000],
)
def test_a_cookie_that_isnt_ours_is_nobodys(cookie: str) -> None:
    for name in ("sessionid", "csrftoken", "messages"):
        headers = {"cookie": f"{name}={cookie}"}
        assert Client().get("/settings/", headers=headers).status_code == 302
        assert Client().get("/login/", headers=headers).status_code == 200


def test_no_page_is_kept_by_a_browser(key: APIKey) -> None:
    for path in ("/", "/settings/api-keys/", f"/settings/api-keys/{key.pk}/", "/x"):
        response = client_of("org_admin", key).get(path)
        assert "no-store" in response.headers["Cache-Control"]
        assert "private" in response.headers["Cache-Control"]


def test_nobody_is_sent_to_org_admins_for_what_is_staffs() -> None:
    admin = UserFactory(org_admin=True)
    person = UserFactory(organisation=admin.organisation)
    for address, helps in (("/settings/", True), ("/admin/", False)):
        page = browser_of(person).get(address)
        assert page.status_code == 403
        assert (admin.email in page.content.decode()) == helps
