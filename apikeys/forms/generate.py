"""What an org admin decides about a key that is generated from nothing."""

from django import forms

from apikeys.forms.new_key import NewKeyForm
from apikeys.models.api_key import NAME_MAX_LENGTH
from apikeys.scopes import Scope
from hrtoolkit.text import validate_plain_text


class ScopeChecklist(forms.CheckboxSelectMultiple):
    """A checkbox a scope, each with what it reads."""

    template_name = "forms/scopes.html"


class GenerateForm(NewKeyForm):
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

    field_order = ("name", "scopes", "expires_on")
