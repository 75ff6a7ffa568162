"""Who may see a channel, asked from the channel's side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ManyToManyField, Q, QuerySet

from instant.channels.channel_level import ChannelLevel
from instant.channels.channel_queryset import is_group
from instant.conf import settings
from instant.models import Channel
from instant.tokens import user_id_if_any

RIGHTS = ("is_active", "is_staff", "is_superuser")
"""The fields of a user that rights come from, where the user model has them."""


def has_field(name: str) -> bool:
    """Tell whether the site's user model has a field."""
    try:
        get_user_model()._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def has_groups() -> bool:
    """Tell whether the site's users have Django's groups; theirs may be something else."""
    if not has_field("groups"):
        return False
    field: Any = get_user_model()._meta.get_field("groups")
    return isinstance(field, ManyToManyField) and is_group(field.related_model)


def ids_that_may_see(channel: Channel, among: set[str] | None = None) -> set[str]:
    """Give the ids of the users that may see a channel; of some, or of all.

    An anonymous visitor is ``""``.
    """
    if not channel.is_active:
        return set()
    seen = _by_level(channel.level)
    if has_groups():
        groups = channel.groups.values("pk")
        seen |= Q(pk__in=get_user_model()._base_manager.filter(groups__in=groups).values("pk"))
    if has_field("is_active"):
        seen &= Q(is_active=True)
    ids = set(_ids_of(_users(among).filter(seen)))
    if channel.level == ChannelLevel.Public and settings.INSTANT_ANONYMOUS_ACCESS:
        ids.add("")
    return ids if among is None else ids & among


def all_ids() -> Iterator[str]:
    """Give the ids of all users, and of the anonymous visitor."""
    yield ""
    yield from _ids_of(_users(None))


def _ids_of(users: QuerySet[AbstractBaseUser]) -> Iterator[str]:
    for user in users.iterator():
        found = user_id_if_any(user)
        if found is not None:
            yield found


def _by_level(level: str) -> Q:
    if level in (ChannelLevel.Public, ChannelLevel.Users):
        return Q()
    flag = {ChannelLevel.Staff.value: "is_staff", ChannelLevel.Superuser.value: "is_superuser"}
    field = flag.get(level)
    return Q(**{field: True}) if field and has_field(field) else Q(pk__in=())


def _users(among: set[str] | None) -> QuerySet[AbstractBaseUser]:
    model: Any = get_user_model()
    users: QuerySet[AbstractBaseUser] = model._base_manager.all()
    source = settings.INSTANT_USER_ID
    field = model.USERNAME_FIELD if source is None else source
    if among is None or not isinstance(field, str) or not has_field(field):
        # What a function makes of users can't be asked of the database.
        return users
    return users.filter(**{f"{field}__in": among - {""}})
