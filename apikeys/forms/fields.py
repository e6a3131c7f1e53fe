"""Fields that several forms about keys have."""

from typing import Any

from django import forms

from apikeys.models.api_key import NAME_MAX_LENGTH
from apikeys.preview import previews
from hrtoolkit.organisations.models import Organisation
from hrtoolkit.text import validate_plain_text


class NameField(forms.CharField):
    """What people call a key."""

    widget = forms.TextInput(attrs={"autocomplete": "off"})
    default_error_messages = {"required": "Give the key a name."}
    default_validators = [validate_plain_text]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=NAME_MAX_LENGTH, **kwargs)


class LinesField(forms.CharField):
    """Text of several lines, however the browser ends them."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class DayField(forms.DateField):
    """A day where the organisation is, or none."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    input_formats = ["%Y-%m-%d"]
    default_error_messages = {
        "invalid": "Write the date as year-month-day: 2027-06-30."
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


class ScopeChecklist(forms.CheckboxSelectMultiple):
    """A checkbox a scope, each with what it reads.

    Where it is told an ``organisation``, also with what that would show today.
    """

    template_name = "forms/scopes.html"
    organisation: Organisation | None = None

    def create_option(
        self, name: str, value: Any, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if self.organisation:
            option["previews"] = previews(self.organisation, value)
        return option
