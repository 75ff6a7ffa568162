import django.utils.timezone
from django.db import migrations, models

import instant.models


class Migration(migrations.Migration):
    dependencies = [
        ("instant", "0005_broadcast_channels"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutboxEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=255, verbose_name="Channel")),
                (
                    "envelope",
                    models.TextField(
                        help_text="The JSON that is published.", verbose_name="Envelope"
                    ),
                ),
                (
                    "idempotency_key",
                    models.CharField(
                        default=instant.models.new_idempotency_key, max_length=64, unique=True
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("delivered", "Delivered"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="Accepted"
                    ),
                ),
                (
                    "due_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        help_text="Not tried before, when a try has failed.",
                        verbose_name="Due",
                    ),
                ),
                (
                    "delivered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="Delivered"),
                ),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="Attempts")),
                ("last_error", models.TextField(blank=True, verbose_name="Last error")),
                ("claimed_by", models.CharField(blank=True, max_length=64)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "Outbox entry",
                "verbose_name_plural": "Outbox",
                "indexes": [
                    models.Index(fields=["state", "channel", "id"], name="instant_outbox_next"),
                    models.Index(fields=["state", "due_at"], name="instant_outbox_due"),
                ],
            },
        ),
    ]
