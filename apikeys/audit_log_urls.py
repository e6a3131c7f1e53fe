"""Settings → Audit log."""

from django.urls import path

from apikeys.views.audit_log import audit_log, export

app_name = "audit_log"

urlpatterns = [
    path("", audit_log, name="list"),
    path("export/", export, name="export"),
]
