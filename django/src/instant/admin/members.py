"""Who is in a channel, by user."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field

from instant.conf import settings


@dataclass(frozen=True)
class Member:
    """A user with their connections; all who are anonymous are one member."""

    user: str
    """The user's id in tokens, ``""`` for who is anonymous."""
    name: str
    """The user name; the id when no user is known by it."""
    connections: int


def list_members(users: Iterable[str], limit: int) -> tuple[tuple[Member, ...], int]:
    """Give the members whose connections these are, by name, and how many are left out.

    `users` has a user's id once for each connection. Raises `SettingsError` for a wrong setting.
    """
    counts = Counter(users)
    shown = sorted(counts, key=lambda user: (user == "", user.casefold()))[:limit]
    names = _names_of(shown)
    members = (Member(user, names.get(user, user), counts[user]) for user in shown)
    return tuple(members), len(counts) - len(shown)


def _names_of(users: Collection[str]) -> dict[str, str]:
    """Give the names of users whose id is a unique field; others can't be found by their id."""
    source = settings.INSTANT_USER_ID
    field = _field(source) if isinstance(source, str) else None
    if field is None:
        return {}
    values = [value for user in users if (value := _value(field, user)) is not None]
    found = get_user_model()._default_manager.filter(**{f"{field.name}__in": values})
    return {str(getattr(user, field.attname)): user.get_username() for user in found}


def _field(name: str) -> Field[Any, Any] | None:
    options = get_user_model()._meta
    if name == "pk":
        return options.pk
    try:
        field = options.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) and field.unique else None


def _value(field: Field[Any, Any], user: str) -> object:
    try:
        value: object = field.to_python(user)
    except ValidationError:
        return None
    return value
