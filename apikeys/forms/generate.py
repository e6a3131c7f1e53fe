"""What an org admin decides about a new key."""

import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format

from apikeys import expiry
from apikeys.models.api_key import NAME_MAX_LENGTH
from apikeys.scopes import Scope
from hrtoolkit.organisations.models import Organisation
from hrtoolkit.text import validate_plain_text


class ScopeChecklist(forms.CheckboxSelectMultiple):
    """A checkbox a scope, each with what it reads."""

    template_name = "forms/scopes.html"


class ExpiryInput(forms.DateInput):
    """Preset dates to choose from, and an input for any other date.

    All carry the same name, so no script is needed: the date that was typed
    counts before the one that was chosen.
    """

    input_type = "date"
    template_name = "forms/expiry.html"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
        self.presets: dict[str, str] = {}
        """Each preset's ISO date, and what people read."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return next(filter(None, reversed(data.getlist(name))), "")

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = context["widget"]["value"] or ""
        context["widget"]["presets"] = [
            {"value": preset, "label": label, "checked": preset == chosen}
            for preset, label in self.presets.items()
        ]
        if chosen in self.presets:
            context["widget"]["value"] = ""
        return context


class GenerateForm(forms.Form):
    """What an org admin decides about a new key."""

    name = forms.CharField(
        max_length=NAME_MAX_LENGTH,
        validators=[validate_plain_text],
        help_text="Which system will use it? One key for each integration:"
        " you can then revoke one without stopping the others.",
        widget=forms.TextInput(
            attrs={"placeholder": "Payroll – weekly pay run", "autocomplete": "off"}
        ),
        error_messages={"required": "Give the key a name."},
    )
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices,
        widget=ScopeChecklist,
        help_text="Choose only what the integration needs. Every scope is read-only.",
        error_messages={
            "required": "Choose at least one scope.",
            "invalid_choice": "There is no such scope.",
        },
    )
    expires_on = forms.DateField(
        label="Expiry",
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=ExpiryInput,
        error_messages={"invalid": "Write the date as year-month-day: 2027-06-30."},
    )
    submission_id = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid.uuid4,
        error_messages={
            "required": "This form was incomplete. Please submit it again.",
            "invalid": "This form was damaged. Please submit it again.",
        },
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        today = expiry.today(organisation)
        field = self.fields["expires_on"]
        field.help_text = (
            "For a temporary integration, choose when it ends: the key works to the"
            f" end of that day ({organisation.time_zone}). Rotate the others yearly."
        )
        assert isinstance(field.widget, ExpiryInput)
        field.widget.presets = {"": "Never"} | {
            (day := today + timedelta(days=days)).isoformat(): (
                f"{label}, {date_format(day, 'j F Y')}"
            )
            for days, label in expiry.PRESETS.items()
        }
        field.widget.attrs |= {
            "min": today.isoformat(),
            "max": expiry.latest(organisation).isoformat(),
        }

    def clean_expires_on(self) -> date | None:
        """Refuse a date on which a key can't expire."""
        day: date | None = self.cleaned_data["expires_on"]
        if day:
            expiry.validate_expires_on(day, self.organisation)
        return day

    def prepare_to_show_again(self) -> None:
        """Take out what must not come back: a pasted key, a damaged submission id."""
        assert isinstance(self.data, QueryDict)
        self.data = data = self.data.copy()
        if self.has_error("name", "key"):
            data["name"] = ""
        if self.has_error("submission_id"):
            data["submission_id"] = str(uuid.uuid4())
