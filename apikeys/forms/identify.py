"""A key that was found somewhere."""

from django import forms
from django.core.exceptions import ValidationError
from django.views.decorators.debug import sensitive_variables

from apikeys import tokens
from hrtoolkit.text import KEY_PREFIX, KEY_SHAPE


class IdentifyForm(forms.Form):
    """Takes a key, or text with a key in it, such as a line of a log."""

    key = forms.CharField(
        label="The key, or text with the key in it",
        help_text="Nothing of it is kept, and it isn’t shown while you paste it.",
        # Masked, never filled in again, and not cut to a length.
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "spellcheck": "false"}, render_value=False
        ),
        error_messages={"required": "Paste a key."},
    )

    @sensitive_variables()
    def clean_key(self) -> str:
        """Return the SHA-256 of the one key in the text: nothing else is needed."""
        text: str = self.cleaned_data["key"]
        found = set(KEY_SHAPE.findall(text))
        well_formed = set(filter(tokens.is_well_formed, found))
        if len(well_formed) > 1:
            raise ValidationError("There are several keys in it. Paste one at a time.")
        if well_formed:
            return tokens.digest(well_formed.pop())
        if KEY_PREFIX in text:
            raise ValidationError(
                "This key is mistyped or cut off: its last characters don’t fit the"
                " others. A whole key has 44 characters."
            )
        raise ValidationError(
            f"There is no key in it. A key begins with {KEY_PREFIX} and has 44"
            " characters."
        )
