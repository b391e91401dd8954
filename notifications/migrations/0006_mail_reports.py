import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_choices")]

    operations = [
        migrations.AddField(
            model_name="mailaddress",
            name="cleared_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="cleared by a curator"),
        ),
        migrations.CreateModel(
            name="MailReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event", models.CharField(max_length=200, unique=True, verbose_name="event")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("soft", "not now"),
                            ("hard", "not delivered"),
                            ("gone", "no such address"),
                            ("complaint", "called unwanted"),
                            ("delayed", "delayed"),
                            ("delivered", "delivered"),
                        ],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                ("address", models.EmailField(db_index=True, max_length=320, verbose_name="address")),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="words of the server")),
                ("happened_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                (
                    "letter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reports",
                        to="notifications.letter",
                        verbose_name="letter",
                    ),
                ),
            ],
            options={
                "verbose_name": "report about an address",
                "verbose_name_plural": "reports about addresses",
                "ordering": ["-happened_at", "-id"],
            },
        ),
    ]
