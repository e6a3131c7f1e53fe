"""What several lists are narrowed by."""

from typing import Annotated

from hrtoolkit.api.query import Id, means

OfEmployee = Annotated[Id | None, means("Only what is about this employee.")]
