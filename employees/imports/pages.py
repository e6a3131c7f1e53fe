"""The pages of Django admin on which staff import a file for one organisation."""

from typing import Any

from django.contrib import messages
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from import_export.admin import ImportMixin

from employees.imports.columns import COLUMNS, REQUIRED, label
from employees.imports.files import EmployeeCSV, EmployeeDataset, UnreadableFile
from employees.imports.forms import (
    ConfirmImportForm,
    ImportForm,
    PageStorage,
    confirmation,
)
from employees.imports.resource import EmployeeResource
from employees.imports.results import EmployeeResult
from employees.models import Employee
from hrtoolkit.organisations.models import Organisation
from hrtoolkit.organisations.signals import change_begins, staff_acted


class ImportPages(ImportMixin):
    """Adds the import to EmployeeAdmin: a form, a preview, and what confirms it."""

    resource_classes = (EmployeeResource,)
    import_formats = (EmployeeCSV,)
    import_form_class = ImportForm
    confirm_form_class = ConfirmImportForm
    tmp_storage_class = PageStorage
    import_template_name = "admin/employees/employee/import.html"

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(
            self.has_add_permission(request) and self.has_change_permission(request)
        )

    def get_import_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "required": [label(name) for name in REQUIRED[1:]],
            "optional": [label(name) for name in COLUMNS if name not in REQUIRED],
        }

    def get_import_resource_kwargs(
        self, request: HttpRequest, **kwargs: Any
    ) -> dict[str, Any]:
        cleaned_data = getattr(kwargs["form"], "cleaned_data", {})
        return {
            "organisation": cleaned_data.get("organisation"),
            "confirmed": cleaned_data.get("digest"),
        }

    def add_data_read_fail_error_to_form(self, form: ImportForm, e: Exception) -> None:
        if not isinstance(e, UnreadableFile):
            raise e
        form.add_error("import_file", str(e))

    def import_action(self, request: HttpRequest, **kwargs: Any) -> TemplateResponse:
        """Let the page that shows a preview carry what confirms it."""
        response: TemplateResponse = super().import_action(request, **kwargs)
        context = response.context_data
        if context and "confirm_form" in context:
            context["confirm_form"] = confirmation(
                context["form"], context["result"].digest
            )
        return response

    @method_decorator(sensitive_post_parameters("preview"))
    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Import what the preview showed; no error report holds the file."""
        response: HttpResponse = super().process_import(request, **kwargs)
        return response

    @transaction.atomic
    def process_dataset(
        self,
        dataset: EmployeeDataset,
        form: ConfirmImportForm,
        request: HttpRequest,
        **kwargs: Any,
    ) -> EmployeeResult:
        """Write what was confirmed or nothing, and announce it.

        This takes seconds, in which an org admin must be able to revoke a key: the
        audit log is locked at the end, unlike in all that staff do otherwise.
        """
        organisation: Organisation = form.cleaned_data["organisation"]
        wait_for_other_imports(organisation)
        result: EmployeeResult = super().process_dataset(
            dataset, form, request, **kwargs
        )
        if result.outdated:
            result.confirm_form = confirmation(form, result.digest)
        elif not result.failed and (result.added or result.changed):
            change_begins.send(Employee, organisations={organisation})
            staff_acted.send(
                Employee,
                request=request,
                organisation=organisation,
                did="imported",
                what=f"employees ({result.added:,} added, {result.changed:,} changed)",
                fields=list(result.columns),
            )
        return result

    def process_result(
        self, result: EmployeeResult, request: HttpRequest
    ) -> HttpResponse:
        """Go back to the list, or show why nothing was imported."""
        if result.failed or result.outdated:
            context = self.admin_site.each_context(request) | {
                "title": "Import",
                "opts": self.opts,
                "result": result,
                "confirm_form": result.confirm_form,
            }
            return TemplateResponse(request, self.import_template_name, context)
        messages.success(request, f"Import finished: {result.summary}.")
        return redirect("admin:employees_employee_changelist")


def wait_for_other_imports(organisation: Organisation) -> None:
    """Import for an organisation once at a time. SQLite writes so anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"employees.imports {organisation.pk}"],
            )
