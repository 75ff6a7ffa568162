"""The app in Django's admin: channels with what goes on in them, and the outbox."""

from instant.admin.channels import ChannelAdmin, ChannelForm
from instant.admin.outbox import OutboxEntryAdmin

__all__ = ["ChannelAdmin", "ChannelForm", "OutboxEntryAdmin"]
