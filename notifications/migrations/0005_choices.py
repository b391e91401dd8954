"""Settings of letters get a version; the digest is no longer weekly only; a choice knows where it came from."""

import django.utils.timezone
from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Concat, Substr

OLD, NEW = "weekly-digest", "digest"


def _rename(apps, old, new):
    letters = apps.get_model("notifications", "Letter").objects.filter(kind=old)
    letters.update(kind=new, key=Concat(Value(new), Substr("key", len(old) + 1)))


def forwards(apps, schema_editor):
    """Give the letters of the digest their new kind."""
    _rename(apps, OLD, NEW)


def backwards(apps, schema_editor):
    """Give them the old one."""
    _rename(apps, NEW, OLD)


def version_fields():
    """Return the three columns of a versioned row."""
    moment = {"default": django.utils.timezone.now, "editable": False}
    return [
        ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
        ("created_at", models.DateTimeField(verbose_name="created", **moment)),
        ("changed_at", models.DateTimeField(verbose_name="changed", **moment)),
    ]


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_reminders_as_rules")]

    operations = [
        *(
            migrations.AddField(model_name="lettersettings", name=name, field=field)
            for name, field in version_fields()
        ),
        migrations.AddField(
            model_name="choice",
            name="is_by_link",
            field=models.BooleanField(default=False, verbose_name="by the link of a letter"),
        ),
        migrations.RunPython(forwards, backwards),
    ]
