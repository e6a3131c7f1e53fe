"""What an org admin decides about a key that is generated from nothing."""

from typing import Any

from django import forms

from apikeys.forms.fields import NameField, ScopeChecklist
from apikeys.forms.new_key import NewKeyForm
from apikeys.scopes import Scope
from hrtoolkit.organisations.models import Organisation


class GenerateForm(NewKeyForm):
    """What an org admin decides about a new key."""

    name = NameField(
        help_text="Which system will use it, such as “Payroll – weekly pay run”?"
        " One key for each integration: you can then revoke one without stopping the"
        " others.",
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
