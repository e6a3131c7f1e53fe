"""Settings → API Keys."""

from django.urls import path, register_converter

from apikeys.views.change import change
from apikeys.views.generate import generate
from apikeys.views.identify import identify
from apikeys.views.keys import detail
from apikeys.views.listing import api_keys
from apikeys.views.reference import reference
from apikeys.views.remove_scope import remove_scope
from apikeys.views.revoke import revoke
from apikeys.views.rotate import rotate


class RecordIdConverter:
    """An id as we write it, and no longer than the database can hold."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(RecordIdConverter, "record_id")

app_name = "apikeys"

urlpatterns = [
    path("", api_keys, name="list"),
    path("generate/", generate, name="generate"),
    path("identify/", identify, name="identify"),
    path("reference/", reference, name="reference"),
    path("<record_id:key_id>/", detail, name="detail"),
    path("<record_id:key_id>/change/", change, name="change"),
    path("<record_id:key_id>/remove-scope/", remove_scope, name="remove_scope"),
    path("<record_id:key_id>/revoke/", revoke, name="revoke"),
    path("<record_id:key_id>/rotate/", rotate, name="rotate"),
]
