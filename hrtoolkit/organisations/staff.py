"""Django admin, for the platform's staff."""

import hashlib
import json
import logging
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import FieldError, SuspiciousOperation
from django.core.paginator import Paginator
from django.db import DataError, NotSupportedError, models, transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property

from hrtoolkit.organisations.models import Organisation
from hrtoolkit.organisations.signals import change_begins, staff_acted

COUNTED = 10_000

SEEN = "seen"

# What a value that doesn't fit raises, in Django and in either database.
REFUSALS = (ValueError, OverflowError, DataError, FieldError, NotSupportedError)

logger = logging.getLogger(__name__)


class StaffSite(admin.AdminSite):
    """The admin site, entered by the same sign-in as every other page."""

    site_header = "Your HR Toolkit staff"
    site_title = "Your HR Toolkit staff"
    index_title = "Everything staff look after"

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Answer 400 where an address or a form was tampered with.

        Django's own pages let a number that no column holds, a NUL byte or a
        broken pattern through to the database or to the drawing of a page.
        """
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            try:
                response = inner(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse):
                    response.render()
            except REFUSALS as error:
                logger.warning("An input was refused.", exc_info=True)
                raise SuspiciousOperation from error
            return response

        return guarded

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send people to the one sign-in page."""
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(  # type: ignore[override]  # a page of its own there
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send people to the one page on which passwords are changed."""
        return redirect("change_password")


class BoundedPaginator(Paginator[Any]):
    """Counts no further than anyone turns pages, however long the list."""

    @cached_property
    def count(self) -> int:
        objects: Any = self.object_list
        return int(objects.order_by()[:COUNTED].count())


class StaffModelAdmin(admin.ModelAdmin[Any]):
    """An admin for tables that grow without end.

    It announces what staff do, for the organisation's audit log.
    """

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """List the records, and do an action with its events or not at all."""
        if request.method != "POST":
            return super().changelist_view(request, *args, **kwargs)
        with transaction.atomic():
            return super().changelist_view(request, *args, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[Any]]:
        """Return a form that saves nothing over what somebody changed meanwhile."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (UpToDate, form), {}) if change else form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Draw the page, which sends back what it was drawn of."""
        context[SEEN] = version(context["adminform"].form)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Save a record, after saying whose it is; of an old one, what changed.

        Somebody may have saved another part of it since it was read.
        """
        acting(obj)
        obj.save(update_fields=self.changed_fields(form) if change else None)

    def changed_fields(self, form: Any) -> list[str]:
        """Return the model's fields that a form changes."""
        fields = {field.name for field in self.opts.concrete_fields}
        return [name for name in form.changed_data if name in fields]

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
        acting(*queryset)
        for obj in queryset:
            announce(request, "deleted", obj)
        return super().log_deletions(request, queryset)


class UpToDate(ModelForm[Any]):
    """A form that knows what its page showed.

    Its fields that weren't touched hold what stood there then. Where somebody has
    changed the record since, to save them would undo that.
    """

    def clean(self) -> dict[str, Any] | None:
        """Refuse to overrule anybody, unless what it would overrule was shown."""
        if self.changed_data and self.data.get(SEEN) != version(self):
            labels = (str(self.fields[name].label) for name in self.changed_data)
            self.add_error(
                None,
                "Somebody has changed this since you opened the page. To put what"
                f" stands here in the place of that, save again: {', '.join(labels)}.",
            )
        return super().clean()


def version(form: ModelForm[Any]) -> str:
    """Return what tells the state that a form was made of from any other."""
    state = json.dumps(form.initial, sort_keys=True, default=str)
    return hashlib.sha256(state.encode()).hexdigest()


def organisation_of(obj: models.Model) -> Organisation | None:
    """Return the organisation in whose audit log a change shows, if it has one."""
    of_itself = obj if isinstance(obj, Organisation) else None
    organisation: Organisation | None = getattr(obj, "organisation", of_itself)
    return organisation


def acting(*objects: models.Model) -> None:
    """Send ``change_begins`` for objects that are about to be saved, if there are any.

    Somebody may have deleted what was chosen in a list.
    """
    if not objects:
        return
    owners = map(organisation_of, objects)
    # An organisation that isn't saved yet has no audit log.
    known = {owner for owner in owners if owner is None or owner.pk}
    change_begins.send(type(objects[0]), organisations=known)


def announce(
    request: HttpRequest, did: str, obj: models.Model, fields: list[str] | None = None
) -> None:
    """Send ``staff_acted`` for one object."""
    staff_acted.send(
        type(obj),
        request=request,
        organisation=organisation_of(obj),
        did=did,
        what=description(obj),
        fields=fields or [],
    )


def description(obj: models.Model) -> str:
    """Return what an event calls a record."""
    return f"{obj._meta.verbose_name} {obj} (number {obj.pk})"
