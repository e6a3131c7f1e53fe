"""Which forms a second click can't send."""

import re
from pathlib import Path

from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"

# The forms that may be sent twice: what the second answer says is true as well. An
# export leaves the page where it is, for another one.
SENT_AT_WILL = {
    "account/turn_off_second_factor.html",
    "admin/apikeys/apikey/revoke.html",
    "admin/employees/employee/import_form.html",
    "login/forgotten.html",
    "page.html",  # to sign out
    "settings/api_keys/unused_scopes.html",
    "settings/audit_log/list.html",
}
IMPORT = "admin/employees/employee/import"
INCLUDED_BY = {f"{IMPORT}_preview.html": f"{IMPORT}.html"}


def templates_with(pattern: str) -> set[str]:
    """Return the names of the templates in which a pattern is found."""
    paths: list[Path] = list(TEMPLATES.rglob("*.html"))
    found = [path for path in paths if re.search(pattern, path.read_text())]
    return {str(path.relative_to(TEMPLATES)) for path in found}


def test_a_form_is_sent_once_unless_twice_is_harmless() -> None:
    assert templates_with('<form(?![^>]*data-once)[^>]*method="post"') == SENT_AT_WILL


def test_a_page_with_such_a_form_has_the_script_for_it() -> None:
    pages = {INCLUDED_BY.get(name, name) for name in templates_with("<form.*data-once")}
    assert pages <= templates_with("js/forms.js")
