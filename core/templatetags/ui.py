"""Tags and filters of the page: no word of the domain, no query."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import formats

register = template.Library()

# What a history says of meetings, to-dos, groups and organisations; a verb that is not here is shown as it is.
VERBS = (
    gettext_noop("Created"),
    gettext_noop("Changed"),
    gettext_noop("Moved"),
    gettext_noop("Opened"),
    gettext_noop("Started"),
    gettext_noop("Closed"),
    gettext_noop("Reopened"),
    gettext_noop("Cancelled"),
    gettext_noop("Completed"),
    gettext_noop("Dropped"),
    gettext_noop("Registered"),
    gettext_noop("Registration changed"),
    gettext_noop("Withdrawn"),
    gettext_noop("Item added"),
    gettext_noop("Item changed"),
    gettext_noop("Item moved"),
    gettext_noop("Item removed"),
    gettext_noop("Minutes written"),
    gettext_noop("Minutes published"),
    gettext_noop("Decision recorded"),
    gettext_noop("State set"),
    gettext_noop("Scope changed"),
    gettext_noop("Partners changed"),
    gettext_noop("Member added"),
    gettext_noop("Member joined"),
    gettext_noop("Member left"),
    gettext_noop("Role set"),
    gettext_noop("Membership ended"),
    gettext_noop("Membership role changed"),
    gettext_noop("Invited"),
    gettext_noop("Invitation accepted"),
    gettext_noop("Invitation resent"),
    gettext_noop("Invitation revoked"),
    gettext_noop("Added by staff"),
    gettext_noop("Changed by staff"),
    gettext_noop("Loaded"),
)


@register.filter
def spaced(verb: str) -> str:
    """The verb of a history entry as words: "minutes-published" as "Minutes published"."""
    return _(verb.replace("-", " ").capitalize())


@register.filter
def day(moment: Any, name: str) -> str:
    """A day or moment in a way of writing of core.formats: `{{ todo.due_date|day:"WEEKDAY_DATE" }}`."""
    return formats.written(moment, name) if moment else ""


day.expects_localtime = True


class FrameNode(Node):
    """Renders its body; when something is in it, puts it in a frame template as `body`."""

    child_nodelists = ("body",)

    def __init__(self, frame: FilterExpression, body: NodeList) -> None:
        self.frame = frame
        self.body = body

    def render(self, context: Context) -> SafeString:
        """Return the framed body, or nothing for an empty body."""
        body = self.body.render(context)
        if not body.strip():
            return SafeString("")
        frame = context.template.engine.get_template(self.frame.resolve(context))
        with context.push(body=body):
            return frame.render(context)


@register.tag("frame")
def do_frame(parser: Parser, token: Token) -> FrameNode:
    """`{% frame "layouts/_crumbs.html" %}…{% endframe %}`: nothing at all when the body is empty."""
    frame = parser.compile_filter(token.split_contents()[1])
    body = parser.parse(("endframe",))
    parser.delete_first_token()
    return FrameNode(frame, body)


class ColumnsNode(Node):
    """Two columns when the second part has something in it, else the first part alone."""

    child_nodelists = ("first", "second")

    def __init__(self, first: NodeList, second: NodeList) -> None:
        self.first = first
        self.second = second

    def render(self, context: Context) -> SafeString:
        """Return both parts inside the column markup, or the first part alone."""
        first = self.first.render(context)
        second = self.second.render(context)
        if not second.strip():
            return SafeString(f'<div class="one">{first}</div>')
        return SafeString(
            f'<div class="cols side"><div class="col-main">{first}</div><aside class="col-side">{second}</aside></div>'
        )


@register.tag("columns")
def do_columns(parser: Parser, token: Token) -> ColumnsNode:
    """`{% columns %}main{% second %}aside{% endcolumns %}`: an empty aside takes no room."""
    first = parser.parse(("second",))
    parser.delete_first_token()
    second = parser.parse(("endcolumns",))
    parser.delete_first_token()
    return ColumnsNode(first, second)


@register.filter
def char_count(value: Any) -> int:
    """Characters as a person counts them: a line break is one, whatever the browser sent."""
    return len(str(value or "").replace("\r\n", "\n").replace("\r", "\n"))


@register.filter
def field_limit(bound_field: Any) -> int | None:
    """The limit worth showing: `data-limit` (soft), else `maxlength`; none for addresses and very long lines."""
    widget = bound_field.field.widget
    soft, hard = str(widget.attrs.get("data-limit", "")), str(widget.attrs.get("maxlength", ""))
    if soft.isdigit():
        return int(soft)
    if not hard.isdigit():
        return None
    kind = getattr(widget, "input_type", "textarea")
    return int(hard) if kind == "textarea" or (kind == "text" and int(hard) <= 250) else None


@register.filter
def widget_kind(bound_field: Any) -> str:
    """The class name of the widget in small letters: `textarea`, `checkboxinput`."""
    return type(bound_field.field.widget).__name__.lower()


@register.filter
def over_by(value: int, limit: int | None) -> int:
    """How many characters are too many; 0 when there is no limit."""
    return max(0, int(value) - int(limit)) if limit else 0


@register.filter
def error_fields(form: Any) -> list[Any]:
    """The bound fields with errors, in the order of the page; hidden ones included."""
    return [field for field in form if field.errors] if form is not None else []


@register.filter
def line_class(slot: Any) -> str:
    """The class of a line colour slot: `l-3`; `l-0` (ink) for anything that is no slot."""
    text = str(slot or "")
    return f"l-{text}" if text in {"1", "2", "3", "4", "5", "6", "7", "8"} else "l-0"


@register.filter
def percent_of(part: Any, whole: Any) -> int:
    """Whole percent of a part, kept between 0 and 100; 0 where nothing can be said."""
    part, whole = float(part or 0), float(whole or 0)
    return max(0, min(100, round(100 * part / whole))) if whole else 0


@register.filter
def as_list(value: Any) -> list[Any]:
    """A list from a list, one thing, or nothing: components take either."""
    if value is None or value in ("", True):
        return []
    if isinstance(value, str | dict) or not isinstance(value, Iterable):
        return [value]
    return list(value)


@register.simple_tag(takes_context=True)
def without(context: Context, name: str, value: str = "") -> str:
    """The query string of this page without one filter (or one value of it), and without the page number."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    kept = [item for item in query.getlist(name) if value and item != value]
    query.setlist(name, kept)
    if not kept:
        query.pop(name, None)
    return f"?{query.urlencode()}" if query else "?"


@register.inclusion_tag("layouts/_chips.html", takes_context=True)
def filter_chips(context: Context, form: Any, *names: str) -> dict[str, Any]:
    """The filters in use as chips that can be taken off. Names choose and order the fields."""
    chips = []
    for name in names or list(form.fields):
        field = form.fields[name]
        values = [item for item in context["request"].GET.getlist(name) if item]
        chips += [
            {"label": field.label, "text": _choice_text(field, value), "href": without(context, name, value)}
            for value in values
        ]
    return {"chips": chips}


def _choice_text(field: Any, value: str) -> str:
    """What a person sees for a value of a choice field; the value itself elsewhere."""
    for key, text in getattr(field, "choices", ()):
        pairs = text if isinstance(text, list | tuple) else [(key, text)]
        for choice, label in pairs:
            if str(choice) == value:
                return str(label)
    return value
