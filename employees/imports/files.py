"""From a file's bytes to rows, whichever program wrote them."""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from import_export.formats.base_formats import CSV
from tablib import Dataset

from employees.imports.columns import ROW, column_of, label
from hrtoolkit.text import is_printable

MAX_ROWS = 20_000

DELIMITERS = ",;\t"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

TOO_BIG = (
    f"This file is too big to import at once. Split it into files of at most"
    f" {MAX_ROWS:,} employees."
)
NOT_CSV = "This is not a CSV file."
SPREADSHEET = (
    "This is a spreadsheet, not a CSV file. Save it as “CSV UTF-8” and upload that."
)

Row = tuple[int, list[str]]


class UnreadableFile(Exception):
    """The file can't be read at all; the message says why."""


class EmployeeDataset(Dataset):
    """The rows of a file, by field, and what the file has besides."""

    ignored_headings: tuple[str, ...] = ()


class EmployeeCSV(CSV):
    """CSV as offices have it, whatever the separator and the encoding."""

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> EmployeeDataset:
        """Return the rows. Raises UnreadableFile."""
        rows = filled_rows(decode(in_stream))
        _, headings = next(rows, (1, []))
        columns = columns_of(headings)
        records = [aligned(row, headings) for row in rows]
        if not records:
            raise UnreadableFile("There is no employee in this file.")
        dataset = EmployeeDataset(headers=[ROW, *columns.values()])
        for number, cells in records:
            dataset.append([number, *(cells[index] for index in columns)])
        dataset.ignored_headings = tuple(
            heading or f"(column {index + 1}, without a heading)"
            for index, heading in enumerate(headings)
            if index not in columns
            and (heading or any(cells[index] for _, cells in records))
        )
        return dataset


def decode(data: bytes) -> str:
    """Return the text of a file, in whichever encoding it was written."""
    if data.startswith(SPREADSHEETS):
        raise UnreadableFile(SPREADSHEET)
    encodings = ["utf-16"] if data.startswith(UTF_16) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            # No text holds a NUL, and PostgreSQL can't even look for one.
            if "\0" not in text:
                return text
    raise UnreadableFile(NOT_CSV)


def filled_rows(text: str) -> Iterator[Row]:
    """Yield the rows that hold anything, trimmed, numbered as a spreadsheet does."""
    heading_line = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=heading_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, row in enumerate(reader, 1):
            cells = [cell.strip() for cell in row]
            if any(cells):
                if number > MAX_ROWS + 1:
                    raise UnreadableFile(TOO_BIG)
                yield number, cells
    except csv.Error as error:
        raise UnreadableFile(
            f"The file can't be read as CSV beyond line {reader.line_num}: {error}."
        ) from error


def columns_of(headings: list[str]) -> dict[int, str]:
    """Return which column holds which field, in the file's order."""
    if not all(is_printable(character) for text in headings for character in text):
        raise UnreadableFile(NOT_CSV)
    columns: dict[int, str] = {}
    for index, heading in enumerate(headings):
        column = column_of(heading)
        if column is None:
            continue
        if column in columns.values():
            raise UnreadableFile(
                f"Two columns hold the {label(column).lower()}: leave one of them out."
            )
        columns[index] = column
    if "employee_number" not in columns.values():
        raise UnreadableFile(
            "The column “Employee number” is missing. The first row of the file"
            " has to name the columns."
        )
    return columns


def aligned(row: Row, headings: list[str]) -> Row:
    """Return a row with a cell under each heading."""
    number, cells = row
    if any(cells[len(headings) :]):
        raise UnreadableFile(
            f"Row {number} has more cells than the first row has headings."
            " A cell that holds a comma needs quotation marks."
        )
    return number, (cells + [""] * len(headings))[: len(headings)]
