"""The site map.

What begins with ``/api/`` is not here: the external API's middleware answers
it, from the endpoints that the settings name. ``/livez`` and ``/readyz`` have
a middleware of their own, ``hrtoolkit.health``.
"""

from django.contrib import admin
from django.urls import include, path

from hrtoolkit.organisations import views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("hrtoolkit.organisations.sign_in.urls")),
    path("settings/", views.settings_index, name="settings"),
    path("settings/security/", views.security, name="security"),
    path("settings/api-keys/", include("apikeys.urls")),
    path("settings/audit-log/", include("apikeys.audit_log_urls")),
    path("admin/", admin.site.urls),
]

handler403 = "hrtoolkit.organisations.views.permission_denied"
handler500 = "hrtoolkit.outages.server_error"
