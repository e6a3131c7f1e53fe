"""Performance in Django admin: the only place that shows pay recommendations."""

from django.contrib import admin

from employees.admin.records import SEARCH_EMPLOYEE, RecordAdmin
from employees.models import Goal, PerformanceReview


@admin.register(PerformanceReview)
class PerformanceReviewAdmin(RecordAdmin):
    """Reviews, from self-assessment to sign-off."""

    list_display = (
        "employee",
        "organisation",
        "period_name",
        "reviewer",
        "status",
        "rating",
        "signed_off_at",
    )
    list_filter = ("status", "rating", "organisation")
    list_select_related = ("organisation", "employee", "reviewer")
    search_fields = ("period_name", *SEARCH_EMPLOYEE)
    search_help_text = "Period, number or name of the employee, or organisation"
    autocomplete_fields = ("organisation", "employee", "reviewer")
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("organisation", "employee", "reviewer", "status")}),
        ("Period", {"fields": ("period_name", "period_start", "period_end")}),
        (
            "Assessment",
            {"fields": ("self_assessment", "manager_assessment", "rating")},
        ),
        ("Sign-off", {"fields": ("signed_off_at",)}),
        ("Pay review", {"fields": ("pay_recommendation",)}),
        ("Record", {"fields": RecordAdmin.readonly_fields}),
    )


@admin.register(Goal)
class GoalAdmin(RecordAdmin):
    """Goals. They are cancelled, never deleted."""

    list_display = (
        "title",
        "employee",
        "organisation",
        "review",
        "status",
        "progress",
        "due_date",
    )
    list_filter = ("status", "organisation")
    list_select_related = ("organisation", "employee", "review__employee")
    search_fields = ("title", *SEARCH_EMPLOYEE)
    search_help_text = "Title, number or name of the employee, or organisation"
    autocomplete_fields = ("organisation", "employee", "review")
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("organisation", "employee", "review")}),
        ("Goal", {"fields": ("title", "description", "due_date")}),
        ("Progress", {"fields": ("status", "progress")}),
        ("Record", {"fields": RecordAdmin.readonly_fields}),
    )
