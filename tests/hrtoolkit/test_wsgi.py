"""The WSGI application: what is sent is UTF-8, whatever it says it is."""

from io import BytesIO
from typing import Any

import pytest
from django.test import RequestFactory

from hrtoolkit.wsgi import application

CODECS = ["hex", "base64", "rot13", "undefined", "punycode", "idna", "utf-7", "x"]


def ask(path: str, content_type: str, body: bytes = b"") -> str:
    """Call the application as a server does. Returns the status line."""
    environ = RequestFactory().generic("POST", path).environ
    environ |= {
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    statuses: list[str] = []

    def start_response(status: str, headers: Any, *args: Any) -> None:
        statuses.append(status)

    b"".join(application(environ, start_response))
    return statuses[0]


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize(
    "write",
    ["charset={}", 'CharSet = "{}"', "charset={};q=1", "charset*={}''a", "x*={}''%ff"],
)
def test_a_codec_of_the_clients_choice_is_ignored(codec: str, write: str) -> None:
    named = "text/plain; " + write.format(codec)
    assert ask("/api/external/key?x=1", named) == "405 Method Not Allowed"
    assert ask("/livez?x=1", named) == "200 OK"


@pytest.mark.django_db
@pytest.mark.parametrize("codec", ["unicode_escape", "latin-1", "utf-7"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain"])
def test_no_form_is_decoded_by_it(codec: str, kind: str) -> None:
    body = b"username=\\ud800&password=+2AA-"
    status = ask("/login/?next=/%5Cud800", f"{kind}; charset={codec}", body)
    assert status == "403 Forbidden"


@pytest.mark.django_db
def test_the_boundary_of_a_multipart_form_is_kept() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\na\r\n--x--'
    named = "multipart/form-data; charset=utf-7; boundary=x"
    assert ask("/login/", named, body) == "403 Forbidden"
