"""Employees in Django admin, and their import from a CSV file."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from employees.admin.records import RecordAdmin
from employees.imports.pages import ImportPages
from employees.models import Employee

DEPARTMENTS_LISTED = 100


class DepartmentFilter(admin.SimpleListFilter):
    """The departments of one organisation, once it has been chosen."""

    title = "department"
    parameter_name = "department"

    def lookups(
        self, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, str]] | None:
        organisation = request.GET.get("organisation__id__exact", "")
        if not organisation.isdecimal():
            return None
        departments = (
            Employee.objects.filter(organisation=int(organisation))
            .exclude(department="")
            .order_by("department")
            .values_list("department", flat=True)
            .distinct()
        )
        return [(name, name) for name in departments[:DEPARTMENTS_LISTED]]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Employee]
    ) -> QuerySet[Employee]:
        if department := self.value():
            return queryset.filter(department=department)
        return queryset


class EmployeeForm(ModelForm[Employee]):
    """One employee; an import checks the managers of a whole file by itself."""

    def clean_manager(self) -> Employee | None:
        """Refuse a manager who reports to this employee, however indirectly."""
        manager: Employee | None = self.cleaned_data["manager"]
        above, seen = manager, set()
        while above and self.instance.pk and above.pk not in seen:
            if above.pk == self.instance.pk:
                raise ValidationError("This person would be their own manager.")
            seen.add(above.pk)
            above = above.manager
        return manager


@admin.register(Employee)
class EmployeeAdmin(ImportPages, RecordAdmin):
    """People of every organisation. They are terminated, never deleted."""

    form = EmployeeForm
    list_display = (
        "employee_number",
        "name",
        "organisation",
        "job_title",
        "department",
        "manager",
        "employment_type",
        "status",
    )
    list_display_links = ("employee_number", "name")
    list_filter = (
        "status",
        "employment_type",
        "state",
        "organisation",
        DepartmentFilter,
    )
    list_select_related = ("organisation", "manager")
    search_fields = (
        "employee_number",
        "given_name",
        "family_name",
        "preferred_name",
        "email",
        "organisation__name",
    )
    search_help_text = "Number, name, email address or organisation"
    # An index has this order, however many employees there are.
    ordering = ("organisation_id", "employee_number")
    autocomplete_fields = ("organisation", "manager")
    fieldsets = (
        (None, {"fields": ("organisation", "employee_number", "status")}),
        (
            "Person",
            {
                "fields": (
                    "given_name",
                    "family_name",
                    "preferred_name",
                    "email",
                    "phone",
                )
            },
        ),
        (
            "Job",
            {"fields": ("job_title", "department", "manager", "location", "state")},
        ),
        (
            "Employment",
            {"fields": ("employment_type", "hours_per_week", "start_date", "end_date")},
        ),
        ("Record", {"fields": RecordAdmin.readonly_fields}),
    )

    @admin.display(ordering="family_name")
    def name(self, employee: Employee) -> str:
        return f"{employee.given_name} {employee.family_name}".strip()
