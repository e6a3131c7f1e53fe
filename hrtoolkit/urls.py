"""The site map.

What begins with ``/api/`` is not here: the external API's middleware answers
it, from the endpoints that the settings name. ``/livez`` and ``/readyz`` have
a middleware of their own, ``hrtoolkit.health``.
"""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from hrtoolkit.organisations import views
from hrtoolkit.organisations.access import open_to_everyone_signed_in

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.LoginView.as_view(), name="login"),
    path("logout/", open_to_everyone_signed_in(LogoutView.as_view()), name="logout"),
    path("settings/", views.settings_index, name="settings"),
    path("settings/api-keys/", include("apikeys.urls")),
    path("settings/audit-log/", include("apikeys.audit_log_urls")),
    path("admin/", admin.site.urls),
]

handler403 = "hrtoolkit.organisations.views.permission_denied"
handler500 = "hrtoolkit.outages.server_error"
