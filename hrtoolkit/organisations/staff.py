"""Django admin, for the platform's staff."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from hrtoolkit.organisations.models import Organisation
from hrtoolkit.organisations.signals import staff_acted

COUNTED = 10_000


class StaffSite(admin.AdminSite):
    """The admin site, entered by the same sign-in as every other page."""

    site_header = "Your HR Toolkit staff"
    site_title = "Your HR Toolkit staff"
    index_title = "Everything staff look after"

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send people to the one sign-in page."""
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


class BoundedPaginator(Paginator[Any]):
    """Counts no further than anyone turns pages, however long the list."""

    @cached_property
    def count(self) -> int:
        objects: Any = self.object_list
        return int(objects.order_by()[:COUNTED].count())


class StaffModelAdmin(admin.ModelAdmin[Any]):
    """Tables that grow without end, and what staff do to them, announced.

    The organisation's audit log shows it.
    """

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def log_addition(
        self, request: HttpRequest, obj: models.Model, message: Any
    ) -> Any:
        announce(request, "added", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        fields = [
            field
            for change in (message if isinstance(message, list) else [])
            for field in change.get("changed", {}).get("fields", [])
        ]
        announce(request, "changed", obj, fields)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for obj in queryset:
            announce(request, "deleted", obj)
        return super().log_deletions(request, queryset)


def announce(
    request: HttpRequest, did: str, obj: models.Model, fields: list[str] | None = None
) -> None:
    """Send ``staff_acted`` for one object."""
    of_itself = obj if isinstance(obj, Organisation) else None
    staff_acted.send(
        type(obj),
        request=request,
        organisation=getattr(obj, "organisation", of_itself),
        did=did,
        what=f"{obj._meta.verbose_name} {obj}",
        fields=fields or [],
    )
