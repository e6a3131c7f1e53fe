"""Settings → API Keys."""

from django.urls import path, register_converter

from apikeys import views


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
    path("", views.api_keys, name="list"),
    path("generate/", views.generate, name="generate"),
    path("reference/", views.reference, name="reference"),
    path("<record_id:key_id>/", views.detail, name="detail"),
    path("<record_id:key_id>/revoke/", views.revoke, name="revoke"),
]
