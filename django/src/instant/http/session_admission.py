"""The short way to a visitor of the usual kind: user and channels in one query of one statement.

Django's way is a query for the user and one for the channels, and most of the time goes into making
them. Whatever a site has of its own (a backend, a middleware that sets the user, a manager) is not
looked at here: then `admit_session` gives None, and Django's way is taken.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings as django_settings
from django.contrib import auth
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group, PermissionsMixin
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import connections, models, router
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject, empty

from instant.conf import settings
from instant.models import Channel
from instant.tokens import Visitor


@dataclass(frozen=True)
class Admission:
    """A visitor, and the name and level of each channel that they may see, by name."""

    visitor: Visitor
    channels: Iterable[tuple[str, str]]


def admit_session(request: HttpRequest) -> Admission | None:
    """Admit the user of the session, or give None when it takes more to know who it is."""
    model = auth.get_user_model()
    alias = router.db_for_read(model)
    if not (
        _is_left_to_django(request)
        and _is_usual_backend(request.session.get(auth.BACKEND_SESSION_KEY))
        and _is_usual_model(model)
        and alias == router.db_for_read(Channel)
        # A function may want more of a user than is read here.
        and not callable(settings.INSTANT_USER_ID)
    ):
        return None
    try:
        pk = model._meta.pk.to_python(request.session[auth.SESSION_KEY])
    except (KeyError, ValidationError):
        return None
    rows = _query(model, alias, pk)
    if not rows:
        return None
    user = _user(model, alias, (pk, *rows[0][:2]))
    told = request.session.get(auth.HASH_SESSION_KEY, "")
    if not constant_time_compare(told, user.get_session_auth_hash()):
        return None
    return Admission(user, [(name, level) for _, _, name, level in rows if name is not None])


def _is_left_to_django(request: HttpRequest) -> bool:
    """Whether Django's middleware is who would find the user, and has not done so yet."""
    user = getattr(request, "user", None)
    if type(user) is not SimpleLazyObject or user.__dict__["_wrapped"] is not empty:
        return False
    if hasattr(request, "_cached_user"):
        return False
    finds = user.__dict__["_setupfunc"]
    return getattr(finds, "__module__", None) == "django.contrib.auth.middleware"


def _is_usual_backend(path: str | None) -> bool:
    if path is None or path not in django_settings.AUTHENTICATION_BACKENDS:
        return False
    backend = type(auth.load_backend(path))
    return issubclass(backend, ModelBackend) and all(
        getattr(backend, name) is getattr(ModelBackend, name)
        for name in ("get_user", "user_can_authenticate")
    )


@functools.cache
def _is_usual_model(model: type[models.Model]) -> bool:
    """Whether the user's columns are in one table, and its manager leaves nobody out."""
    meta: Any = model._meta
    if not issubclass(model, PermissionsMixin):
        return False
    try:
        flags = [meta.get_field(name) for name in ("is_active", "is_staff", "is_superuser")]
    except FieldDoesNotExist:
        return False
    texts = [meta.get_field("password"), _username(model)]
    return (
        type(meta.default_manager).get_queryset is models.Manager.get_queryset
        and meta.get_field("groups").related_model is Group
        and all(isinstance(flag, models.BooleanField) for flag in flags)
        and all(isinstance(text, models.CharField) for text in texts)
        and not any(hasattr(text, "from_db_value") for text in texts)
        and all(field.model is model for field in (*flags, *texts, meta.pk))
    )


def _username(model: type[Any]) -> models.Field[Any, Any]:
    field: models.Field[Any, Any] = model._meta.get_field(model.USERNAME_FIELD)
    return field


def _query(
    model: type[models.Model], alias: str, pk: object
) -> list[tuple[str, str, str | None, str]]:
    connection = connections[alias]
    user_id = model._meta.pk.get_db_prep_value(pk, connection)
    parameters = [True, True, True, user_id, True]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, alias), parameters)
        rows: list[tuple[str, str, str | None, str]] = cursor.fetchall()
    return rows


@functools.cache
def _statement(model: type[models.Model], alias: str) -> str:
    """Give the statement for an active user with the channels of `for_user`."""
    user: Any = model._meta
    channel: Any = Channel._meta
    user_groups, channel_groups = user.get_field("groups"), channel.get_field("groups")
    names = {
        "user": user.db_table,
        "pk": user.pk.column,
        "password": user.get_field("password").column,
        "username": _username(model).column,
        "is_active": user.get_field("is_active").column,
        "is_staff": user.get_field("is_staff").column,
        "is_superuser": user.get_field("is_superuser").column,
        "channel": channel.db_table,
        "of_channel": channel_groups.m2m_db_table(),
        "of_channel_channel": channel_groups.m2m_column_name(),
        "of_channel_group": channel_groups.m2m_reverse_name(),
        "of_user": user_groups.m2m_db_table(),
        "of_user_user": user_groups.m2m_column_name(),
        "of_user_group": user_groups.m2m_reverse_name(),
    }
    quote = connections[alias].ops.quote_name
    return _STATEMENT.format_map({key: quote(name) for key, name in names.items()})


_STATEMENT = """
SELECT u.{password}, u.{username}, c.name, c.level
FROM {user} u LEFT JOIN {channel} c ON c.is_active = %s AND (
  c.level IN ('public', 'users')
  OR (c.level = 'staff' AND u.{is_staff} = %s)
  OR (c.level = 'superuser' AND u.{is_superuser} = %s)
  OR EXISTS (
    SELECT 1 FROM {of_channel} cg JOIN {of_user} ug ON ug.{of_user_group} = cg.{of_channel_group}
    WHERE cg.{of_channel_channel} = c.id AND ug.{of_user_user} = u.{pk}
  )
)
WHERE u.{pk} = %s AND u.{is_active} = %s
ORDER BY c.name
"""


def _user(model: type[Any], alias: str, values: tuple[object, ...]) -> AbstractBaseUser:
    """Make the user; what was not read is read when it is asked for."""
    names = [model._meta.pk.attname, "password", model.USERNAME_FIELD]
    in_order = [field.attname for field in model._meta.concrete_fields if field.attname in names]
    read = dict(zip(names, values, strict=True))
    user: AbstractBaseUser = model.from_db(alias, in_order, [read[name] for name in in_order])
    return user
