"""What an org admin decides about a key that is generated from nothing."""

from typing import Any

from django import forms

from apikeys.forms.new_key import NewKeyForm
from apikeys.models.api_key import NAME_MAX_LENGTH
from apikeys.preview import previews
from apikeys.scopes import Scope
from hrtoolkit.organisations.models import Organisation
from hrtoolkit.text import validate_plain_text


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


class GenerateForm(NewKeyForm):
    """What an org admin decides about a new key."""

    name = forms.CharField(
        max_length=NAME_MAX_LENGTH,
        validators=[validate_plain_text],
        help_text="Which system will use it, such as “Payroll – weekly pay run”?"
        " One key for each integration: you can then revoke one without stopping the"
        " others.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
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

    field_order = ("name", "scopes", "expires_on")

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, organisation=organisation, **kwargs)
        checklist = self.fields["scopes"].widget
        assert isinstance(checklist, ScopeChecklist)
        checklist.organisation = organisation
