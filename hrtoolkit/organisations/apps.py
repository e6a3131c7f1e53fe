from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class OrganisationsConfig(AppConfig):
    name = "hrtoolkit.organisations"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from hrtoolkit.organisations.sign_in import recent_password, timeouts

        user_logged_in.connect(timeouts.remember_sign_in)
        # People sign in by password alone, or with a code just after it.
        user_logged_in.connect(recent_password.remember)


class StaffAdminConfig(AdminConfig):
    """Puts StaffSite in the place of Django's own site."""

    default_site = "hrtoolkit.organisations.staff.StaffSite"
