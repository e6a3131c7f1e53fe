"""How every form of the product is drawn."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.safestring import SafeString

from hrtoolkit.text import KEY_SHAPE


class FormRenderer(TemplatesSetting):
    """Draws fields with our own templates: label, hint, control, error.

    A key that was pasted into a field, whichever it is, doesn't come back with it.
    """

    field_template_name = "forms/field.html"

    def render(
        self,
        template_name: str,
        context: dict[str, Any],
        request: HttpRequest | None = None,
    ) -> SafeString:
        drawn = super().render(template_name, context, request)
        return SafeString(KEY_SHAPE.sub("", drawn))
