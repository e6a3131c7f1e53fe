"""Organisations and users in Django admin."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from hrtoolkit.organisations.models import Organisation, User
from hrtoolkit.organisations.sign_in import second_factor
from hrtoolkit.organisations.signals import role_changed, staff_acted
from hrtoolkit.organisations.staff import StaffModelAdmin, acting, description

# Staff turn a second factor off, below; nobody sees or lends its secret.
admin.site.unregister([Group, StaticDevice, TOTPDevice])


@admin.register(Organisation)
class OrganisationAdmin(StaffModelAdmin):
    list_display = ("name", "slug", "time_zone", "suspended_at")
    search_fields = ("name", "slug")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Organisation | None = None
    ) -> tuple[str, ...]:
        """The slug stays: heads of audit logs are kept by it, outside of here."""
        return ("slug",) if obj else ()

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Organisation | None = None
    ) -> dict[str, Sequence[str]]:
        """Propose a slug for a new organisation."""
        return {} if obj else {"slug": ("name",)}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An organisation is suspended, never deleted: its audit log stays."""
        return False


class UserCreationForm(AdminUserCreationForm[User]):
    """Django's form, with the email address in place of the user name."""

    class Meta:
        model = User
        fields = ("email",)


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # generic to the type checker alone
    """A new password for somebody else, or none that works."""

    def save(self, commit: bool = True) -> User:
        """Save the password alone: others may be changing the person meanwhile."""
        user: User = super().save(commit=False)
        acting(user)
        user.save(update_fields=["password"])
        return user


@admin.register(User)
class UserAdmin(StaffModelAdmin, DjangoUserAdmin[User]):
    """People, and the one place where their roles are changed."""

    add_form = UserCreationForm
    change_password_form = PasswordForm
    ordering = ("email",)
    list_display = ("email", "__str__", "organisation", "role", "is_active", "is_staff")
    list_filter = ("role", "is_active", "is_staff", "organisation")
    list_select_related = ("organisation",)
    search_fields = ("email", "first_name", "last_name")
    autocomplete_fields = ("organisation",)
    actions = ("turn_off_second_factor",)
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
        before = User.objects.filter(pk=obj.pk).select_related("organisation").first()
        acting(obj, *([before] if before else []))
        super().save_model(request, obj, form, change)
        left = before and before.organisation
        moved = left is not None and left != obj.organisation
        if "role" in form.changed_data or moved:
            role_changed.send(
                User,
                user=obj,
                organisation=obj.organisation or left,
                old_role=before.role if before else "",
                request=request,
            )
        if moved:
            staff_acted.send(
                User,
                request=request,
                organisation=left,
                did="moved away",
                what=description(obj),
                fields=["Organisation"],
            )

    def changed_fields(self, form: Any) -> list[str]:
        """Return the fields to save: whoever becomes staff may do all that staff do."""
        return [*super().changed_fields(form), "is_superuser"]

    @admin.action(
        description="Turn off the second factor (app and recovery codes lost)",
        permissions=["change"],
    )
    def turn_off_second_factor(
        self, request: HttpRequest, queryset: QuerySet[User]
    ) -> None:
        """Let people sign in by password alone, so that they can set it up anew."""
        acting(*queryset)
        for user in queryset:
            second_factor.turn_off(request, user)
        self.message_user(request, "Their second factor is off.")

    @method_decorator(transaction.atomic)
    def user_change_password(self, *args: Any, **kwargs: Any) -> Any:
        """Change a password with its event or not at all."""
        return super().user_change_password(*args, **kwargs)
