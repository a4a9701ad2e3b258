"""What templates need: icons, the chosen theme, initials, linked text, and parts that wrap content."""

from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import Urlizer, format_html
from django.utils.safestring import SafeString

register = template.Library()

THEMES = {"harbor", "night"}


class LinksOpenElsewhere(Urlizer):
    """Links in what customers wrote open in a tab of their own and tell the other side nothing."""

    url_template = (
        '<a class="link" href="{href}" target="_blank" rel="nofollow noopener noreferrer"{attrs}>{url}</a>'
    )


@register.simple_tag
def icon(name: str, size: int = 18) -> SafeString:
    """One lucide icon in its text's colour, from the sprite of those the templates name."""
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" aria-hidden="true" focusable="false">'
        '<use href="{1}#{2}"></use></svg>',
        size,
        static("dist/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def chosen_theme(context: dict[str, Any]) -> str:
    """The theme this browser asked for by cookie, or nothing where it follows the system."""
    request: HttpRequest | None = context.get("request")
    asked = request.COOKIES.get("theme", "") if request else ""
    return asked if asked in THEMES else ""


@register.filter
def initials(name: str) -> str:
    """At most two capital letters that stand for a name, or a question mark where it has none."""
    words = [word for word in str(name or "").split() if word[0].isalpha()]
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper() or "?"


@register.filter
def said(field: BoundField) -> str:
    """What a form's field holds, in words: for whoever may read it and not change it."""
    value = field.value()
    if isinstance(value, bool):
        return "Yes" if value else "No"
    choices = getattr(field.field, "choices", None)
    if not choices:
        return "" if value is None else str(value)
    chosen = {str(one) for one in (value if isinstance(value, list | tuple | set) else [value])}
    return ", ".join(str(label) for key, label in choices if str(key) in chosen)


@register.filter
def plain(field: BoundField) -> BoundField:
    """A field of a library's in our manner: a label in sentence case, and no placeholder that says it again."""
    field.label = str(field.label)[:1] + str(field.label)[1:].lower()
    field.field.widget.attrs.pop("placeholder", None)
    return field


@register.filter
def in_fours(text: str) -> str:
    """A long secret in groups of four, to be read and typed."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


@register.filter
def linked(text: str) -> SafeString:
    """The text, escaped, with its web addresses as links."""
    return SafeString(LinksOpenElsewhere()(text or "", autoescape=True))


@register.simple_block_tag
def dialog(content: SafeString, **said: Any) -> SafeString:
    """A native dialog around the content, with `id`, `title` and `wide`; `data-opens="<id>"` opens it."""
    return render_to_string("components/dialog.html", {"content": content, **said})


@register.simple_block_tag
def menu(content: SafeString, **said: Any) -> SafeString:
    """A button that opens a small list of links and buttons, the content; works without JavaScript.

    Takes `label` (what it is for, spoken), `text`, `icon`, `avatar` (initials), `picture_url`, `look` (its classes),
    `align` ("start" or "end"), `side` ("below" or "above"), `key` and `command` (keyboard and palette).
    """
    return render_to_string("components/menu.html", {"content": content, **said})
