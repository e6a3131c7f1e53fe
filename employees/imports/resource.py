"""From rows to employees: who is added, who changes, and what is wrong."""

from hashlib import sha256
from typing import Any

from django.contrib.admin.utils import display_for_field
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from import_export.exceptions import ImportExportError
from import_export.resources import ModelResource
from import_export.results import RowResult

from employees.imports.cells import reader
from employees.imports.columns import COLUMNS, FIELDS, REQUIRED, label
from employees.imports.files import EmployeeDataset
from employees.imports.results import ROWS_SHOWN, EmployeeResult
from employees.imports.roster import Roster
from employees.imports.writing import write
from employees.models import Employee
from hrtoolkit.organisations.models import Organisation


class EmployeeResource(ModelResource):
    """Matches rows to one organisation's employees by their employee number.

    All rows are checked before the first is written, so that what is written
    is committed soon after the ``updated_at`` that integrations follow. Nothing is
    written but what was ``confirmed``, by the digest of its preview.
    """

    class Meta:
        model = Employee
        fields = COLUMNS
        import_id_fields = ("employee_number",)
        # Bulk mode spares a savepoint for each row, and the comparison is our
        # own because the library's copies every employee, managers and all.
        use_bulk = True
        skip_diff = True
        store_instance = True
        report_skipped = False

    def __init__(
        self, organisation: Organisation | None, confirmed: str | None = None
    ) -> None:
        super().__init__()
        self.organisation = organisation
        self.confirmed = confirmed
        self.digest = sha256()
        self.added: list[Employee] = []
        self.changed: list[Employee] = []
        self.shown: list[tuple[RowResult, dict[str, Any]]] = []

    @classmethod
    def get_result_class(cls) -> type[EmployeeResult]:
        return EmployeeResult

    def before_import(self, dataset: EmployeeDataset, **kwargs: Any) -> None:
        """Find out who is who, and refuse a file that lacks a column it needs."""
        assert self.organisation is not None, "the form requires it"
        self.roster = Roster(self.organisation, dataset)
        columns = [name for name in dataset.headers if name in COLUMNS]
        missing = [label(name) for name in REQUIRED if name not in columns]
        if missing and self.roster.added:
            dataset.wipe()
            raise ImportExportError(
                "Some of these employees are new here. To add them, the file needs"
                f" more columns: {', '.join(missing)}."
            )
        self.fields = {name: reader(name, self.roster) for name in columns}

    def handle_import_error(
        self, result: EmployeeResult, error: Exception, raise_errors: bool = False
    ) -> None:
        """Show what people can mend; let any other error stop the request."""
        raise_errors = not isinstance(error, ImportExportError)
        super().handle_import_error(result, error, raise_errors)

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Refuse a row whose employee number another row has, too."""
        if row["employee_number"] in self.roster.repeated:
            raise ValidationError(
                {"employee_number": "Several rows have this employee number."}
            )

    def get_or_init_instance(
        self, instance_loader: Any, row: dict[str, Any]
    ) -> tuple[Employee, bool]:
        number = row["employee_number"]
        if number in self.roster.people:
            employee = self.roster.people[number]
        else:
            employee = Employee(organisation=self.organisation)
        return employee, not employee.pk

    def after_init_instance(
        self, instance: Employee, new: bool, row: dict[str, Any], **kwargs: Any
    ) -> None:
        self.before = self.values(instance)

    def values(self, employee: Employee) -> dict[str, Any]:
        """Return what the file's columns hold for an employee."""
        return {name: getattr(employee, name) for name in self.fields}

    def skip_row(
        self,
        instance: Employee,
        original: None,
        row: dict[str, Any],
        import_validation_errors: Any = None,
    ) -> bool:
        """Whether the row says nothing new."""
        if import_validation_errors or not instance.pk:
            return False
        return self.values(instance) == self.before

    def validate_instance(
        self,
        instance: Employee,
        import_validation_errors: Any = None,
        validate_unique: bool = True,
    ) -> None:
        """Check an employee as the admin does, but without queries."""
        errors = dict(import_validation_errors or {})
        try:
            instance.full_clean(
                exclude={"organisation", "manager", *errors},
                validate_unique=False,
                validate_constraints=False,
            )
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def save_instance(
        self, instance: Employee, is_create: bool, row: dict[str, Any], **kwargs: Any
    ) -> None:
        """Keep the employee until every row has been checked."""
        (self.added if is_create else self.changed).append(instance)

    def after_import_row(
        self, row: dict[str, Any], row_result: RowResult, **kwargs: Any
    ) -> None:
        """Add what the row does to the digest, and keep it if it will be shown."""
        if row_result.is_skip():
            return
        after = self.values(row_result.instance)
        change = [row_result.instance.pk, stored(self.before), stored(after)]
        self.digest.update(repr(change).encode())
        if len(self.shown) < ROWS_SHOWN:
            self.shown.append((row_result, self.before))

    def after_import(
        self, dataset: EmployeeDataset, result: EmployeeResult, **kwargs: Any
    ) -> None:
        """Write what changes, if that was confirmed and nothing is wrong."""
        result.columns = [label(name) for name in self.fields]
        result.ignored_headings = dataset.ignored_headings
        if result.failed:
            return
        result.digest = self.digest.hexdigest()
        if self.confirmed == result.digest:
            write(self.added, self.changed, [*self.fields, "updated_at"])
            return
        result.outdated = self.confirmed is not None and bool(result.rows)
        # Only now is every manager's name known.
        for row_result, known in self.shown:
            after = self.values(row_result.instance)
            before = after if row_result.is_new() else known
            row_result.diff = [difference(n, before[n], after[n]) for n in self.fields]


def stored(values: dict[str, Any]) -> list[Any]:
    """Return values as the database holds them: a manager by their id."""
    return [getattr(value, "pk", value) for value in values.values()]


def difference(name: str, old: Any, new: Any) -> SafeString:
    """Return a field's value for people, and the old one where it was another."""
    field = FIELDS[name]
    if new == old:
        return format_html("{}", display_for_field(new, field, ""))
    return format_html(
        "<del>{}</del> <ins>{}</ins>",
        display_for_field(old, field, ""),
        display_for_field(new, field, ""),
    )
