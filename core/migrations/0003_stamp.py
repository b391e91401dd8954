"""The numbers that tell whether a kept answer still holds. The triggers come after each ``migrate``."""

from django.db import migrations, models

from core import stamps


def keep(apps, schema_editor):
    """Nothing to do on the way here."""


def take_triggers_away(apps, schema_editor):
    """Remove what would write to a table that goes."""
    stamps.remove(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_people")]

    operations = [
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("room", models.CharField(max_length=40)),
                ("slot", models.PositiveIntegerField(default=0)),
                ("number", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "stamp",
                "constraints": [models.UniqueConstraint(fields=["room", "slot"], name="one_stamp_per_room_and_slot")],
            },
        ),
        migrations.RunPython(keep, take_triggers_away),
    ]
