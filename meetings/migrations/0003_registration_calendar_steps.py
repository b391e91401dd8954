from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0002_people_and_groups'),
    ]

    operations = [
        migrations.AddField(
            model_name='registration',
            name='calendar_steps',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
    ]
