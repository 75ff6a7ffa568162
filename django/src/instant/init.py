"""What django-instant 4 had here."""

from instant.channel_name import private_name as ensure_channel_is_private

__all__ = ["ensure_channel_is_private"]
