"""What an import did or, in a preview, would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from import_export.results import Error, Result, RowResult

from employees.imports.columns import COLUMNS, ROW, label
from employees.imports.forms import ConfirmImportForm
from hrtoolkit.text import redact

ROWS_SHOWN = 100
PROBLEMS_SHOWN = 100
CELL_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in one row."""

    row: int
    column: str
    cell: str
    message: str


class EmployeeResult(Result):
    """Counts, differences and problems, for the preview and the audit log."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: Sequence[str] = ()
        self.ignored_headings: Sequence[str] = ()
        self.problems: list[Problem] = []
        self.digest = ""
        self.outdated = False
        self.confirm_form: ConfirmImportForm | None = None

    @property
    def added(self) -> int:
        """How many employees are new."""
        return int(self.totals[RowResult.IMPORT_TYPE_NEW])

    @property
    def changed(self) -> int:
        """How many employees the file changes."""
        return int(self.totals[RowResult.IMPORT_TYPE_UPDATE])

    @property
    def unchanged(self) -> int:
        """How many employees are already as the file says."""
        return int(self.totals[RowResult.IMPORT_TYPE_SKIP])

    @property
    def failed(self) -> bool:
        """Whether anything at all is wrong, so that nothing is imported."""
        return bool(self.has_errors() or self.has_validation_errors())

    @property
    def summary(self) -> str:
        """What was done, in the audit log's words."""
        noun = "employee" if self.added == 1 else "employees"
        return f"{self.added} {noun} added, {self.changed} changed"

    @property
    def rows_shown(self) -> list[RowResult]:
        """The first rows that add or change an employee."""
        return list(self.rows[:ROWS_SHOWN])

    @property
    def problems_shown(self) -> list[Problem]:
        """The first problems."""
        return self.problems[:PROBLEMS_SHOWN]

    def append_invalid_row(
        self, number: int, row: dict[str, Any], validation_error: ValidationError
    ) -> None:
        """Note what is wrong, under the row's number in the spreadsheet."""
        super().append_invalid_row(row[ROW], row, validation_error)
        for name, messages in validation_error.message_dict.items():
            cell = redact(row.get(name, ""))
            shown = cell if len(cell) <= CELL_SHOWN else cell[:CELL_SHOWN] + "…"
            column = label(name) if name in COLUMNS else ""
            message = redact(" ".join(messages))
            self.problems.append(Problem(row[ROW], column, shown, message))

    def append_error_row(
        self, number: int, row: dict[str, Any], errors: list[Error]
    ) -> None:
        """Let an error stop the request that isn't one in the file."""
        raise errors[0].error
