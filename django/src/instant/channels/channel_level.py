"""Who a channel is for."""

from django.db.models import TextChoices


class ChannelLevel(TextChoices):
    """Who may see a channel. The members of its groups see it whatever its level."""

    Public = "public"
    """Everyone who gets tokens."""
    Users = "users"
    """Who is logged in."""
    Groups = "groups"
    """The members of the channel's groups only."""
    Staff = "staff"
    """Who has ``is_staff``."""
    Superuser = "superuser"
    """Who has ``is_superuser``."""
