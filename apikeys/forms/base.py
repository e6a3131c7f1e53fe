"""What the forms about a key have in common."""

from typing import Any

from django import forms
from django.http import QueryDict


class KeyForm(forms.Form):
    """A form that never shows again a key which was pasted into it."""

    def prepare_to_show_again(self) -> None:
        """Take out what must not come back."""
        assert isinstance(self.data, QueryDict)
        self.data = data = self.data.copy()
        for name in self.errors:
            if self.has_error(name, "key"):
                data[name] = ""


class LinesField(forms.CharField):
    """Text of several lines, however the browser ends them."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")
