"""Which heading of a file holds which field of an employee."""

import re

from django.utils.text import capfirst

from employees.models import Employee

ROW = "row"
"""The column that ``files`` adds: the row's number, as a spreadsheet counts."""

OTHER_HEADINGS = {
    "employee_number": ("employee no", "employee id", "employee code", "staff number"),
    "given_name": ("first name", "given names", "forename"),
    "family_name": ("last name", "surname"),
    "preferred_name": ("known as", "nickname"),
    "email": ("email address", "work email"),
    "phone": ("phone number", "telephone", "mobile", "work phone"),
    "job_title": ("position", "position title"),
    "department": ("dept",),
    "location": ("work location", "site", "office"),
    "state": ("state or territory",),
    "manager": ("manager number", "manager employee number", "reports to"),
    "employment_type": ("employment basis", "work type"),
    "hours_per_week": ("hours", "weekly hours"),
    "start_date": ("date started", "hire date", "commencement date"),
    "end_date": ("date ended", "termination date", "finish date"),
    "status": ("employee status", "employment status"),
}

FIELDS = {field.name: field for field in Employee._meta.fields}
COLUMNS = tuple(OTHER_HEADINGS)
REQUIRED = tuple(
    name
    for name in COLUMNS
    if not FIELDS[name].blank and not FIELDS[name].has_default()
)
"""The columns without which nobody can be added."""


def squeeze(text: str) -> str:
    """Return ``text`` in lower case, without blanks and punctuation."""
    return re.sub(r"[\W_]+", "", text.casefold())


COLUMN_OF_HEADING = {
    squeeze(heading): column
    for column, headings in OTHER_HEADINGS.items()
    for heading in (column, *headings)
}


def column_of(heading: str) -> str | None:
    """Return the field that a column with this heading holds."""
    return COLUMN_OF_HEADING.get(squeeze(heading))


def label(column: str) -> str:
    """Return a field's name for people, such as "Employee number"."""
    return capfirst(str(FIELDS[column].verbose_name))
