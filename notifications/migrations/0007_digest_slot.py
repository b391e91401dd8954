"""The settings of letters keep the day or week of the last digest."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = [("notifications", "0006_mail_reports")]

    operations = [
        migrations.AddField(
            model_name="lettersettings",
            name="digest_slot",
            field=models.CharField(
                blank=True,
                default="",
                editable=False,
                max_length=10,
                verbose_name="day or week of the last digest",
            ),
            preserve_default=False,
        ),
    ]
