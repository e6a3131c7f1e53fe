"""Organisations and users in Django admin."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.http import HttpRequest

from hrtoolkit.organisations.models import Organisation, User
from hrtoolkit.organisations.signals import role_changed
from hrtoolkit.organisations.staff import StaffModelAdmin

admin.site.unregister(Group)


@admin.register(Organisation)
class OrganisationAdmin(StaffModelAdmin):
    list_display = ("name", "slug", "time_zone", "suspended_at")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An organisation is suspended, never deleted: its audit trail stays."""
        return False


class UserCreationForm(AdminUserCreationForm[User]):
    """Django's form, with the email address in place of the user name."""

    class Meta:
        model = User
        fields = ("email",)


@admin.register(User)
class UserAdmin(StaffModelAdmin, DjangoUserAdmin[User]):
    """People, and the one place where their roles are changed."""

    add_form = UserCreationForm
    ordering = ("email",)
    list_display = ("email", "__str__", "organisation", "role", "is_active", "is_staff")
    list_filter = ("role", "is_active", "is_staff", "organisation")
    list_select_related = ("organisation",)
    search_fields = ("email", "first_name", "last_name")
    autocomplete_fields = ("organisation",)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        ("Person", {"fields": ("first_name", "last_name")}),
        ("Access", {"fields": ("organisation", "role", "is_active", "is_staff")}),
        ("Dates", {"fields": readonly_fields}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "email",
                    "first_name",
                    "last_name",
                    "organisation",
                    "role",
                    "is_staff",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    def save_model(
        self, request: HttpRequest, obj: User, form: Any, change: bool
    ) -> None:
        """Save the user, and announce a new role in the same transaction."""
        # Staff may do in the admin whatever a page of it offers; what they
        # may not do, no page offers.
        obj.is_superuser = obj.is_staff
        super().save_model(request, obj, form, change)
        if "role" in form.changed_data:
            role_changed.send(
                User,
                user=obj,
                old_role=form["role"].initial or "",
                request=request,
            )
