"""The practice form of the years 2014 to 2020, as far as it is known, as rows."""

from django.db import migrations

KEY = "interreg-europe-2014-2020"
NAME = "Good practice, 2014-2020 (as known)"
NOTE = (
    "The programme's current working template decides; only the limit of the title is confirmed, the others are as "
    "remembered. Change them here, not in code."
)
FIELDS = [
    ("title", "Title", "line", 100, True, "A title that says what it is, also to somebody from another country."),
    ("summary", "Short summary", "line", 160, True, "One sentence. It stands under the title and in lists."),
    ("problem", "Problem and how it works", "text", 1500, True,
     "Which problem, in which context; the aim and how the practice works; who takes part and who benefits."),
    ("resources", "Resources needed", "text", 300, True, "Funding, and people to set it up and to run it."),
    ("evidence", "Evidence of success", "text", 500, True, "Results that can be measured."),
    ("challenges", "Challenges encountered", "text", 300, False,
     "What was difficult. Lessons from what failed are welcome."),
    ("potential", "Potential for learning or transfer", "text", 1000, True,
     "Why others may find it interesting, what it needs to succeed, and whether somebody has taken it over."),
    ("keywords", "Keywords", "line", 200, False, "A few words, with commas between them."),
]


def add_form(apps, schema_editor):
    """Add the form where it is missing; it becomes the current one where there is none."""
    template_model = apps.get_model("practices", "FormTemplate")
    field_model = apps.get_model("practices", "FormField")
    is_first = not template_model.objects.filter(is_current=True).exists()
    template, is_new = template_model.objects.get_or_create(
        key=KEY, defaults={"name": NAME, "note": NOTE, "is_current": is_first}
    )
    if not is_new:
        return
    for position, (name, label, kind, limit, is_required, help_text) in enumerate(FIELDS):
        field_model.objects.create(
            template=template, name=name, label=label, kind=kind, limit=limit, is_required=is_required,
            help_text=help_text, position=position,
        )


def remove_form(apps, schema_editor):
    """Remove the form unless practices were written in it: their texts must not lose their labels."""
    template_model = apps.get_model("practices", "FormTemplate")
    template_model.objects.filter(key=KEY, practices__isnull=True).delete()


class Migration(migrations.Migration):

    dependencies = [("practices", "0001_initial")]

    operations = [migrations.RunPython(add_form, remove_form)]
