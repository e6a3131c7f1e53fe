"""From one cell's text to a field's value, or plain words about what is wrong."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from import_export.fields import Field
from import_export.widgets import Widget

from employees.imports.columns import FIELDS, squeeze
from employees.imports.roster import Roster

DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)", re.ASCII),
    re.compile(r"(?P<day>\d\d?)[/-](?P<month>\d\d?)[/-](?P<year>\d{4})", re.ASCII),
)
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


class Cell(Widget):
    """Reads the cells of one column. Raises ValueError with words for people."""

    def __init__(self, field: models.Field[Any, Any]) -> None:
        super().__init__()
        self.field = field

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        """Return the value; None leaves a field with a default as it is."""
        if value:
            return self.read(value, row)
        if self.field.has_default():
            return None
        if not self.field.blank:
            raise ValueError("This can't be empty.")
        return None if self.field.null else ""

    def read(self, value: str, row: dict[str, Any]) -> Any:
        """Return the value of a cell that isn't empty."""
        return value


class ChoiceCell(Cell):
    """A choice, by its value or its label, however it is written."""

    def __init__(self, field: models.Field[Any, Any]) -> None:
        super().__init__(field)
        self.labels = [str(label) for _, label in field.flatchoices]
        self.choices = {
            squeeze(str(text)): value
            for value, label in field.flatchoices
            for text in (value, label)
        }

    def read(self, value: str, row: dict[str, Any]) -> Any:
        try:
            return self.choices[squeeze(value)]
        except KeyError:
            raise ValueError(f"Use one of: {', '.join(self.labels)}.") from None


class DateCell(Cell):
    """A date: ISO, or day, month and year as Australians write them."""

    def read(self, value: str, row: dict[str, Any]) -> date:
        for pattern in DATES:
            if match := pattern.fullmatch(value):
                parts = {
                    name: int(digits) for name, digits in match.groupdict().items()
                }
                try:
                    return date(**parts)
                except ValueError:
                    raise ValueError("There is no such day.") from None
        raise ValueError("Write the date like 31/7/2024 or 2024-07-31.")


class NumberCell(Cell):
    """A decimal number, as people write it: Decimal takes "1_0" and more besides."""

    def read(self, value: str, row: dict[str, Any]) -> Decimal:
        if not NUMBER.fullmatch(value):
            raise ValueError("Write a number, such as 38 or 37.5.")
        return Decimal(value)


class ManagerCell(Cell):
    """A colleague's employee number, known already or further down in the file."""

    def __init__(self, field: models.Field[Any, Any], roster: Roster) -> None:
        super().__init__(field)
        self.roster = roster

    def read(self, value: str, row: dict[str, Any]) -> Any:
        if circle := self.roster.circle_of(row["employee_number"]):
            raise ValueError(f"This makes a circle of managers: {' → '.join(circle)}.")
        try:
            return self.roster.people[value]
        except KeyError:
            raise ValueError(
                "Nobody has this employee number, in the organisation or in the file."
            ) from None


def reader(name: str, roster: Roster) -> Field:
    """Return what reads one column's cells into employees."""
    field = FIELDS[name]
    cell: Cell
    if name == "manager":
        cell = ManagerCell(field, roster)
    elif field.choices:
        cell = ChoiceCell(field)
    elif isinstance(field, models.DateField):
        cell = DateCell(field)
    elif isinstance(field, models.DecimalField):
        cell = NumberCell(field)
    else:
        cell = Cell(field)
    return Field(name, name, cell, saves_null_values=field.null)
