"""Leave in Django admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from employees.admin.records import SEARCH_EMPLOYEE, RecordAdmin
from employees.models import LeaveBalance, LeaveRequest


@admin.register(LeaveBalance)
class LeaveBalanceAdmin(RecordAdmin):
    """What has accrued, and what requests leave of it."""

    list_display = (
        "employee",
        "organisation",
        "leave_type",
        "accrued",
        "taken",
        "pending",
        "available",
    )
    list_filter = ("leave_type", "organisation")
    list_select_related = ("organisation", "employee")
    search_fields = SEARCH_EMPLOYEE
    search_help_text = "Number or name of the employee, or organisation"
    autocomplete_fields = ("organisation", "employee")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LeaveBalance]:
        return LeaveBalance.objects.with_requests()

    @admin.display
    def taken(self, balance: Any) -> Any:
        return balance.taken

    @admin.display
    def pending(self, balance: Any) -> Any:
        return balance.pending

    @admin.display
    def available(self, balance: Any) -> Any:
        return balance.available


@admin.register(LeaveRequest)
class LeaveRequestAdmin(RecordAdmin):
    """Requests for leave. They are cancelled, never deleted."""

    list_display = (
        "employee",
        "organisation",
        "leave_type",
        "start_date",
        "end_date",
        "hours",
        "status",
        "decided_at",
    )
    list_filter = ("status", "leave_type", "organisation")
    list_select_related = ("organisation", "employee")
    search_fields = SEARCH_EMPLOYEE
    search_help_text = "Number or name of the employee, or organisation"
    autocomplete_fields = ("organisation", "employee")
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("organisation", "employee", "leave_type")}),
        ("Time away", {"fields": ("start_date", "end_date", "hours", "note")}),
        ("Decision", {"fields": ("status", "decided_at")}),
        ("Record", {"fields": RecordAdmin.readonly_fields}),
    )
