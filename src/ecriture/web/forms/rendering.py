"""How forms are drawn: each field with its label, hint and fault, the same on every page."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    field_template_name = "form/field.html"
