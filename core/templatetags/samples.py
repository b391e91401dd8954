"""Sample data of the style guide: fictional, longer than real names, in every state."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django import forms, template
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy as _

register = template.Library()

NAMES = (
    ("S", "Innovation services for SMEs"),
    ("D", "Digitalisation"),
    ("3", "3D printing"),
    ("M", "Cluster monitoring and evaluation"),
    ("P", "Public-private innovation"),
    ("C", "Services for cluster management organisations"),
    ("W", "Wirtschaftsfördereinrichtungszusammenarbeit"),
    ("K", "Klaszterszolgáltatás-fejlesztési együttműködések"),
)


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(
        label=_("Title of the practice"), max_length=90, help_text=_("Short and without abbreviations.")
    )
    text = forms.CharField(
        label=_("What is done"), required=False, widget=forms.Textarea(attrs={"rows": 4, "data-limit": "60"})
    )
    cost = forms.IntegerField(label=_("Cost per year, in euro"), required=False)
    group = forms.ChoiceField(label=_("Workgroup"), choices=[(i, name) for i, (_letter, name) in enumerate(NAMES)])
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    days = forms.MultipleChoiceField(
        label=_("Days"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("1", _("Wednesday")), ("2", _("Thursday"))],
    )
    way = forms.ChoiceField(
        label=_("Part"),
        widget=forms.RadioSelect,
        choices=[("here", _("On site")), ("away", _("Online"))],
        initial="here",
    )
    agree = forms.BooleanField(label=_("The host may see my food and access needs"), required=False)


class SampleFilter(forms.Form):
    """A filter of a list."""

    is_filter = True
    state = forms.MultipleChoiceField(
        label=_("State"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("draft", _("Draft")), ("published", _("Published"))],
    )
    region = forms.ChoiceField(label=_("Region"), required=False, choices=[("", _("All")), ("1", "Nyugat-Mintaország")])


def _trail() -> dict[str, Any]:
    keys = ("practice", "visit", "takeaway", "transfer", "action", "instrument", "indicator")
    names = (
        _("Practice"),
        _("Study visit"),
        _("Takeaway"),
        _("Transfer"),
        _("Action"),
        _("Policy instrument"),
        _("Indicator"),
    )
    rows: list[tuple[Any, ...]] = [
        ("p", "practice", "Innovation Pool", "Example region", "done", "Published", ()),
        ("v", "visit", "Sample town and Example city", "5 Sep 2017", "done", "Held", ("p",)),
        ("t", "takeaway", "4 takeaways", "3 regions", "done", "Recorded", ("v",)),
        ("x", "transfer", "Unterniederösterreich", "Sample agency", "here", "To be tested", ("t",)),
        ("y", "transfer", "Nyugat-Mintaország", "Interest only", "ended", "Ended", ("t",)),
        ("z", "transfer", "Région d’Exemple", "", "done", "Adopted", ("t",)),
        ("a", "action", "Use of public-private innovation", "Action plan 2", "done", "In progress", ("z",)),
    ]
    fields = ("id", "stage", "title", "note", "state", "word", "came_from")
    return {
        "stages": [{"key": k, "name": n} for k, n in zip(keys, names, strict=True)],
        "stations": [dict(zip(fields, row, strict=True), url="#drawings") for row in rows],
    }


def _timeline() -> dict[str, Any]:
    day = dt.date

    def mark(when: dt.date, title: str, state: str) -> dict[str, Any]:
        return {"date": when, "title": title, "state": state}

    rows = [
        (
            "Call for innovation vouchers",
            day(2018, 1, 10),
            day(2018, 9, 30),
            "done",
            _("Done"),
            [mark(day(2018, 6, 1), "Call opens", "done"), mark(day(2018, 9, 30), "Report", "done")],
        ),
        (
            "Services for cluster management organisations in three districts",
            day(2018, 5, 1),
            day(2019, 6, 30),
            "here",
            _("In progress"),
            [
                mark(day(2018, 10, 1), "Rules", "done"),
                mark(day(2018, 12, 15), "Contract", "late"),
                mark(day(2019, 6, 30), "Result", "ahead"),
            ],
        ),
        (
            "Training of evaluators",
            day(2019, 2, 1),
            day(2019, 11, 30),
            "ahead",
            _("Not started"),
            [mark(day(2019, 11, 30), "Result", "ahead")],
        ),
        ("Shared laboratory", day(2018, 3, 1), day(2018, 8, 1), "ended", _("Stopped: no money"), []),
    ]
    fields = ("title", "start", "end", "state", "word", "marks")
    return {
        "today": day(2019, 1, 15),
        "rows": [dict(zip(fields, row, strict=True), colour=i + 1) for i, row in enumerate(rows)],
    }


def _page() -> Page[int]:
    return Paginator(list(range(120)), 20).page(2)


@register.simple_tag
def style_samples() -> SimpleNamespace:
    """Everything the style guide shows."""
    long = "Twice a year the agency collects data from clusters and universities."
    wrong = SampleForm(
        {"title": "Hackathons", "text": long, "cost": "about 20", "group": "2", "day": "30 February"},
        auto_id="wrong_%s",
    )
    return SimpleNamespace(
        groups=[
            SimpleNamespace(letter=letter, name=name, colour=i, get_absolute_url="#lines")
            for i, (letter, name) in enumerate(NAMES, 1)
        ],
        form=SampleForm(auto_id="ok_%s"),
        filter=SampleFilter(auto_id="filter_%s"),
        wrong=wrong,
        trail=_trail(),
        timeline=_timeline(),
        page=_page(),
        stages=[
            {"name": _("Interest"), "state": "done", "date": dt.date(2018, 2, 1)},
            {"name": _("Learning"), "state": "done", "date": dt.date(2018, 3, 1)},
            {"name": _("To be tested"), "state": "here", "note": _("Waits for the board")},
            {"name": _("Adopted"), "state": "ahead"},
        ],
        ended=[
            {"name": _("Interest"), "state": "done stop"},
            {"name": _("Ended"), "state": "ended", "note": _("Other priorities")},
        ],
    )
