"""How a person gets letters moves from the person to the settings of letters."""

from django.db import migrations
from django.db.models import Q

USUAL_HOUR = 7


def forwards(apps, schema_editor):
    """Keep what differs from the defaults."""
    people = apps.get_model("partners", "Person").objects
    settings = apps.get_model("notifications", "LetterSettings").objects
    changed = Q(gets_digest=False) | ~Q(digest_hour=USUAL_HOUR) | Q(digested_at__isnull=False)
    for person in people.filter(changed).iterator(chunk_size=500):
        fields = {
            "digest": "weekly" if person.gets_digest else "never",
            "digest_hour": person.digest_hour,
            "digested_at": person.digested_at,
        }
        settings.update_or_create(person_id=person.pk, defaults=fields)


def backwards(apps, schema_editor):
    """Write them back to the person."""
    people = apps.get_model("partners", "Person").objects
    for row in apps.get_model("notifications", "LetterSettings").objects.iterator(chunk_size=500):
        people.filter(pk=row.person_id).update(
            gets_digest=row.digest != "never", digest_hour=row.digest_hour, digested_at=row.digested_at
        )


class Migration(migrations.Migration):
    """Copy, then remove the columns."""

    dependencies = [("partners", "0002_languages_by_catalogue"), ("notifications", "0005_choices")]

    operations = [
        migrations.RunPython(forwards, backwards),
        migrations.RemoveConstraint(model_name="person", name="digest_hour_is_an_hour"),
        migrations.RemoveField(model_name="person", name="gets_digest"),
        migrations.RemoveField(model_name="person", name="digest_hour"),
        migrations.RemoveField(model_name="person", name="digested_at"),
    ]
