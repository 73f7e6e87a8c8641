"""How forms are rendered: each field with label, hint and error, the same on every page."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    field_template_name = "form/field.html"
