from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class OrganisationsConfig(AppConfig):
    name = "hrtoolkit.organisations"


class StaffAdminConfig(AdminConfig):
    """Puts StaffSite in the place of Django's own site."""

    default_site = "hrtoolkit.organisations.staff.StaffSite"
