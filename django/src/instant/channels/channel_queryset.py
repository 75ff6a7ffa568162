"""Questions to the table of channels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, Group
from django.db.models import Exists, OuterRef, Q, QuerySet

from instant.channels.channel_level import ChannelLevel

if TYPE_CHECKING:
    from typing_extensions import Self

    from instant.models import Channel

    _Channels = QuerySet[Channel]
else:
    _Channels = QuerySet


class ChannelQuerySet(_Channels):
    """Channels; `for_user` finds those that somebody may see."""

    def for_user(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Find the active channels that a user may see, each once, by name.

        They are those of the levels that the user reaches, and those of the user's groups. Who is
        anonymous sees the public ones.
        """
        seen = Q(level__in=reached_levels(user))
        groups: Any = getattr(user, "groups", None)
        # A user model of the site's own may have none, or something else by this name.
        if user.is_authenticated and is_group(getattr(groups, "model", None)):
            of_channel = self.model.groups.through.objects.filter(channel_id=OuterRef("pk"))
            seen |= Q(Exists(of_channel.filter(group__in=groups.values("pk"))))
        return self.filter(seen, is_active=True).order_by("name")

    def bulk_create(self, objs: Iterable[Channel], *args: Any, **kwargs: Any) -> list[Channel]:
        """Add channels as Django does, under normalized names.

        Raises `ValidationError` for a name or a level that can't be.
        """
        channels = list(objs)
        for channel in channels:
            channel.prepare()
        return super().bulk_create(channels, *args, **kwargs)

    def get_or_create(
        self, defaults: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> tuple[Channel, bool]:
        """Find a channel or add one as Django does, by any form of its name.

        The one that is called as it is said comes first, then the one that would be added:
        ``$orders`` for ``orders``, unless the level is public. `update_or_create` goes by it too,
        and so do the async ones.
        """
        if "name" in kwargs:
            new = self._new_name({**kwargs, **(defaults or {}), "name": kwargs["name"]})
            self._for_write = True
            if new != kwargs["name"] and not self.filter(**kwargs).exists():
                kwargs["name"] = new
        return super().get_or_create(defaults, **kwargs)

    def _new_name(self, fields: Mapping[str, Any]) -> str:
        """Give the name that a new channel with these fields would get."""
        channel = self.model(name=fields["name"])
        if "level" in fields:
            level = fields["level"]
            # Django calls a default that is a function, too.
            channel.level = level() if callable(level) else level
        channel.normalize_name()
        return channel.name


def is_group(model: object) -> bool:
    """Tell whether a model is Django's `Group`, or a kind of it."""
    return isinstance(model, type) and issubclass(model, Group)


def reached_levels(user: AbstractBaseUser | AnonymousUser) -> list[ChannelLevel]:
    """Give the levels that a user reaches by what they are."""
    levels = [ChannelLevel.Public]
    if user.is_authenticated:
        levels.append(ChannelLevel.Users)
    if getattr(user, "is_staff", False):
        levels.append(ChannelLevel.Staff)
    if getattr(user, "is_superuser", False):
        levels.append(ChannelLevel.Superuser)
    return levels
