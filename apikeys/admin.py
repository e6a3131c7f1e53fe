"""Keys and audit events in Django admin: to be read, and keys to be revoked."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apikeys import services
from apikeys.actors import Actor
from apikeys.audit_words import what_changed
from apikeys.models import APIKey, AuditEvent
from apikeys.models.api_key import APIKeyQuerySet, Status
from apikeys.models.audit_event import AuditEventQuerySet
from hrtoolkit.organisations.staff import StaffModelAdmin

REVOKED_AT_ONCE = 100
NOTHING = "–"


class ReadOnlyAdmin(StaffModelAdmin):
    """Shows a table that grows without end, and that nobody edits."""

    ordering = ("-pk",)
    view_on_site = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StatusFilter(admin.SimpleListFilter):
    """Active, expired or revoked, as of now."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return Status.choices

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[APIKey]
    ) -> QuerySet[APIKey]:
        assert isinstance(queryset, APIKeyQuerySet)
        status = self.value()
        return queryset.with_status(status) if status in Status.values else queryset


@admin.register(APIKey)
class APIKeyAdmin(ReadOnlyAdmin):
    """Keys of every organisation: staff may read about them and revoke them."""

    actions = ("revoke_selected",)
    list_display = (
        "name",
        "organisation_link",
        "scope_list",
        "fingerprint",
        "state",
        "created_on",
        "created_by_name",
        "expires",
    )
    list_filter = (StatusFilter, "organisation")
    list_per_page = REVOKED_AT_ONCE
    list_select_related = ("organisation",)
    search_fields = ("name", "digest__startswith", "organisation__name")
    search_help_text = (
        "Name, fingerprint or organisation. Never search for a key itself."
    )
    fields = (
        "organisation",
        "name",
        "note",
        "scope_list",
        "network_list",
        "fingerprint",
        "state",
        "rotated_from_link",
        "created",
        "created_by",
        "created_by_name",
        "expires",
        "revoked",
        "revoked_by_name",
    )

    @admin.display(description="Organisation", ordering="organisation__name")
    def organisation_link(self, api_key: APIKey) -> SafeString:
        return link(api_key.organisation)

    @admin.display(description="Scopes")
    def scope_list(self, api_key: APIKey) -> str:
        return ", ".join(api_key.scopes)

    @admin.display(description="Allowed networks")
    def network_list(self, api_key: APIKey) -> str:
        return ", ".join(api_key.allowed_networks) or "Anywhere"

    @admin.display(description="Rotated from")
    def rotated_from_link(self, api_key: APIKey) -> str:
        return link(api_key.rotated_from) if api_key.rotated_from else NOTHING

    @admin.display(description="Status")
    def state(self, api_key: APIKey) -> str:
        return str(api_key.status.label)

    @admin.display(description="Created", ordering="created_at")
    def created_on(self, api_key: APIKey) -> str:
        return date_format(api_key.created_at.astimezone(UTC), "j M Y")

    @admin.display(description="Created (UTC)")
    def created(self, api_key: APIKey) -> str:
        return instant(api_key.created_at)

    @admin.display(description="Expires", ordering="expires_at")
    def expires(self, api_key: APIKey) -> str:
        return date_format(day, "j M Y") if (day := api_key.expires_on) else "Never"

    @admin.display(description="Revoked (UTC)")
    def revoked(self, api_key: APIKey) -> str:
        return instant(api_key.revoked_at) if api_key.revoked_at else NOTHING

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whether someone may do the one thing that staff do to keys."""
        return request.user.has_perm("apikeys.change_apikey")

    @admin.action(description="Revoke selected API keys", permissions=["revoke"])
    def revoke_selected(
        self, request: HttpRequest, queryset: APIKeyQuerySet
    ) -> HttpResponse | None:
        """Show what would be revoked; once that is confirmed, do it."""
        keys = queryset.filter(revoked_at=None).order_by("organisation_id", "pk")
        if keys.count() > REVOKED_AT_ONCE:
            messages.error(
                request,
                f"Choose at most {REVOKED_AT_ONCE} keys. To lock out a whole"
                " organisation, suspend it.",
            )
        elif not keys:
            messages.info(request, "These keys are revoked already.")
        elif "confirmed" in request.POST:
            revoke_all(keys, Actor.from_request(request))
            messages.success(request, f"API keys revoked: {len(keys)}.")
        else:
            context = self.admin_site.each_context(request) | {
                "title": "Revoke API keys",
                "opts": self.opts,
                "keys": keys,
            }
            return TemplateResponse(
                request, "admin/apikeys/apikey/revoke.html", context
            )
        return None


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """The audit log of every organisation, and of the platform."""

    actions = None
    list_display = (
        "instant",
        "action",
        "organisation_link",
        "api_key_link",
        "what_changed",
        "actor_name",
        "ip_address",
    )
    list_filter = ("action", "organisation")
    list_select_related = ("organisation", "api_key")
    search_fields = ("actor_email",)
    search_help_text = "Email address or full name of the person"
    fields = (
        "instant",
        "action",
        "organisation_link",
        "number",
        "api_key_link",
        "actor_name",
        "actor_email",
        "ip_address",
        "user_agent",
        "what_changed",
        "details",
        "mac",
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEvent], search_term: str
    ) -> tuple[QuerySet[AuditEvent], bool]:
        """Find what a person did as org admins do: a part of a name has no index."""
        assert isinstance(queryset, AuditEventQuerySet)
        return (queryset.by(search_term) if search_term else queryset), False

    @admin.display(description="When (UTC)", ordering="pk")
    def instant(self, event: AuditEvent) -> str:
        return instant(event.at)

    @admin.display(description="Organisation")
    def organisation_link(self, event: AuditEvent) -> str:
        return link(event.organisation) if event.organisation else "The platform"

    @admin.display(description="API key")
    def api_key_link(self, event: AuditEvent) -> str:
        return link(event.api_key) if event.api_key else NOTHING

    @admin.display(description="What changed")
    def what_changed(self, event: AuditEvent) -> str:
        return what_changed(event) or NOTHING


@transaction.atomic
def revoke_all(keys: QuerySet[APIKey], actor: Actor) -> None:
    """Revoke all of the keys or none.

    They come in the order of their organisations, whose audit chains are
    locked one by one, so that no two revocations wait for each other.
    """
    for api_key in keys.select_related("organisation"):
        services.revoke(api_key, actor=actor)


def link(thing: models.Model) -> SafeString:
    """Return a link to the page about something."""
    meta = thing._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[thing.pk])
    return format_html('<a href="{}">{}</a>', url, thing)


def instant(at: datetime) -> str:
    """Return an instant in UTC: staff look after organisations in many time zones."""
    return date_format(at.astimezone(UTC), "j M Y, H:i:s")
