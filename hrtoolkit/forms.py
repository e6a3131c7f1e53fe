"""How every form of the product is drawn."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Draws fields with our own templates: label, hint, control, error."""

    field_template_name = "forms/field.html"
