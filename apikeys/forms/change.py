"""What an org admin may change of a key."""

from typing import Any

from django import forms
from django.http import QueryDict

from apikeys import networks, services
from apikeys.forms.fields import LinesField, NameField, ScopeChecklist
from apikeys.models import APIKey
from apikeys.models.api_key import NOTE_MAX_LENGTH
from apikeys.scopes import Scope
from hrtoolkit.text import validate_lines


class ChangeForm(forms.Form):
    """A key's details; of a revoked key only the note."""

    name = NameField()
    note = LinesField(
        max_length=NOTE_MAX_LENGTH,
        required=False,
        validators=[validate_lines],
        help_text="For whoever looks after this key next: who to ask, where it is kept."
        " Never the key itself.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    scopes = forms.MultipleChoiceField(
        widget=ScopeChecklist,
        help_text="Untick what the integration doesn’t need. A scope that is taken away"
        " can’t be given back: that takes a new key.",
        error_messages={
            "required": "Keep at least one scope. To stop the key, revoke it.",
            "invalid_choice": "This key doesn’t have that scope. None can be added.",
        },
    )
    allowed_networks = LinesField(
        label="Allowed addresses",
        max_length=5000,
        required=False,
        strip=False,
        validators=[validate_lines],
        help_text="Where the integration calls from: one address or range a line, such"
        " as 203.0.113.9, 203.0.113.0/24 or 2001:db8::/32. From its next request on the"
        " key works from nowhere else. Leave this empty to allow every address.",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, api_key: APIKey, **kwargs: Any) -> None:
        self.version = services.version(api_key)
        kwargs["initial"] = {
            "name": api_key.name,
            "note": api_key.note,
            "scopes": api_key.scopes,
            "allowed_networks": "\n".join(api_key.allowed_networks),
            "seen": self.version,
        }
        super().__init__(*args, **kwargs)
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)
        scopes.choices = [(s.value, s.label) for s in Scope if s in api_key.scopes]
        if api_key.revoked_at:
            for name in ("name", "scopes", "allowed_networks"):
                del self.fields[name]

    def clean_scopes(self) -> list[str]:
        """Return each scope once."""
        return sorted(set(self.cleaned_data["scopes"]))

    def clean_allowed_networks(self) -> list[str]:
        """Return the ranges as they are kept."""
        return networks.normalised(self.cleaned_data["allowed_networks"].split("\n"))

    def warn(self) -> None:
        """Say that somebody else was faster. Saving again overrules them."""
        self.add_error(
            None,
            "Somebody has changed this key since you opened the form, as its page"
            " shows. To put what stands here in the place of that, save again.",
        )
        assert isinstance(self.data, QueryDict)
        self.data = data = self.data.copy()
        data["seen"] = self.version
