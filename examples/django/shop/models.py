"""What the shop keeps."""

from django.conf import settings
from django.db import models


class Order(models.Model):
    """What somebody has ordered."""

    class State(models.TextChoices):
        """How far it is, in this order."""

        PLACED = "placed"
        PACKED = "packed"
        SENT = "sent"

    customer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="orders")
    item = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLACED)
    version = models.PositiveIntegerField(default=1, help_text="One more with every change.")
    placed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        """Tell number and item."""
        return f"#{self.pk} {self.item}"
