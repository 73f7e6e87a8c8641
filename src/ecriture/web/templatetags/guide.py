"""The mark beside a title, a section or a field that opens the paragraph of the guide about it."""

import re
from html import unescape

from django import template
from django.forms import BoundField
from django.urls import reverse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as say

from ecriture.web.guide import places
from ecriture.web.guide.pages import address

register = template.Library()

_TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
_SECTION = re.compile(r'<h2 id="([\w-]+)">(.*?)</h2>', re.DOTALL)


@register.simple_block_tag(takes_context=True)
def with_help(context: template.Context, content: SafeString) -> SafeString:
    """The content of a page with the marks of its title and sections, so that no template can forget them."""
    here = _name(context)
    if here not in places.PAGES:
        return content
    there = places.for_program(places.PAGES[here], getattr(context.get("company"), "target", "sage50-ca"))

    def beside(heading: re.Match[str]) -> str:
        return f'<div class="titled">{heading[0]}{mark(there, heading[1])}</div>'

    def after(heading: re.Match[str]) -> str:
        place = places.SECTIONS.get(f"{here}#{heading[1]}")
        return heading[0] + mark(place, heading[2]) if place else heading[0]

    return mark_safe(_SECTION.sub(after, _TITLE.sub(beside, content, count=1)))  # noqa: S308 - our own templates


def _name(context: template.Context) -> str:
    """The name of the page that is shown, with the step where it has steps."""
    match = getattr(context.get("request"), "resolver_match", None)
    if match is None:
        return ""
    return f"{match.url_name}:{match.kwargs['step']}" if "step" in match.kwargs else str(match.url_name)


@register.filter
def field_help(field: BoundField) -> str:
    """The mark of a field that people stumble over; empty for the others."""
    place = places.FIELDS.get(field.name)
    return mark(place, str(field.label)) if place else ""


def mark(place: str, heading: str) -> SafeString:
    """A link to a place of the guide: to another window, or, where the script runs, into this one beside the work."""
    name, anchor = places.split(place)
    return format_html(
        '<a class="help" href="{}" data-help="{}" target="_blank" rel="noopener" aria-label="{}">?</a>',
        address(name, anchor),
        reverse("guide-part", args=[name, anchor] if anchor else [name]),
        say("Help: %s") % " ".join(unescape(strip_tags(heading)).split()),
    )
