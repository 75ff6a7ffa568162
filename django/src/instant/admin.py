"""The channels in Django's admin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from instant.models import Channel
from instant.outbox_admin import OutboxEntryAdmin

__all__ = ["ChannelAdmin", "ChannelForm", "OutboxEntryAdmin"]

if TYPE_CHECKING:
    _ChannelAdmin = admin.ModelAdmin[Channel]
    _ChannelForm = ModelForm[Channel]
else:
    _ChannelAdmin = admin.ModelAdmin
    _ChannelForm = ModelForm


class ChannelForm(_ChannelForm):
    """A channel, its name as it will be stored."""

    class Meta:
        model = Channel
        fields = ("name", "level", "is_active", "groups")
        help_texts = {
            "level": _("Superusers are not staff here, and staff are not superusers."),
            "is_active": _("A channel that is not active is in nobody's list."),
            "groups": _("Members see the channel whatever its level."),
        }


@admin.register(Channel)
class ChannelAdmin(_ChannelAdmin):
    """Channels: who each is for, and whether it is active."""

    form = ChannelForm
    list_display = ("name", "level", "is_active", "group_names")
    list_filter = ("level", "is_active", "groups")
    search_fields = ("name",)
    ordering = ("name",)
    filter_horizontal = ("groups",)
    actions = ("activate", "deactivate")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Channel]:
        """Read the groups with the channels."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("Groups"))
    def group_names(self, channel: Channel) -> str:
        """Give the names of the groups, by comma."""
        return ", ".join(sorted(group.name for group in channel.groups.all()))

    @admin.action(description=_("Activate"), permissions=["change"])
    def activate(self, request: HttpRequest, channels: QuerySet[Channel]) -> None:
        """Put channels back into the lists of those who may see them."""
        self._set_active(request, channels, is_active=True)

    @admin.action(description=_("Deactivate"), permissions=["change"])
    def deactivate(self, request: HttpRequest, channels: QuerySet[Channel]) -> None:
        """Take channels out of everybody's list."""
        self._set_active(request, channels, is_active=False)

    def save_related(
        self, request: HttpRequest, form: ModelForm[Channel], formsets: object, change: bool
    ) -> None:
        """Save the groups, and warn of those that see more than the level says."""
        super().save_related(request, form, formsets, change)
        channel = form.instance
        names = self.group_names(channel)
        if names and channel.level in (Channel.Level.Staff, Channel.Level.Superuser):
            level = channel.get_level_display()
            text = _("The members of %(names)s see %(channel)s, though its level is %(level)s.")
            said = text % {"names": names, "channel": channel, "level": level}
            self.message_user(request, said, messages.WARNING)

    def _set_active(
        self, request: HttpRequest, channels: QuerySet[Channel], *, is_active: bool
    ) -> None:
        changed = channels.exclude(is_active=is_active)
        for channel in changed:
            channel.is_active = is_active
            # One by one, so that who listens to the model hears of each.
            channel.save(update_fields=["is_active"])
        count = len(changed)
        text = ngettext("%d channel was changed.", "%d channels were changed.", count)
        self.message_user(request, text % count, messages.SUCCESS)
