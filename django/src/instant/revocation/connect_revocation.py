"""What takes access away from people who are connected: the engine hears of it after the commit.

Django sends no signal for ``QuerySet.update()``: rights that are taken that way end with the
tokens.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable
from functools import partial
from typing import Any

from asgiref.sync import sync_to_async
from django.apps import apps
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_out
from django.db.models import Model, QuerySet
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.http import HttpRequest

from instant.conf import settings
from instant.engine_api.engine import Command
from instant.errors import RefusedError
from instant.models import Channel
from instant.presence import presence_of
from instant.revocation.access import RIGHTS, all_ids, has_groups, ids_that_may_see
from instant.revocation.revoke import after_commit, cut_commands, unsubscribe_commands
from instant.tokens import user_id_if_any

_BEFORE = "_instant_before"


def connect_revocation() -> None:
    """Listen to what takes access away; the models must be there."""
    user = get_user_model()
    user_logged_out.connect(_logged_out, dispatch_uid="instant.logout")
    pre_save.connect(_remember, sender=Channel, dispatch_uid="instant.remember")
    post_save.connect(_channel_saved, sender=Channel, dispatch_uid="instant.channel")
    post_delete.connect(_channel_deleted, sender=Channel, dispatch_uid="instant.channel")
    # What is saved as an object of a subclass sends the subclass's signals alone.
    for model in _with_subclasses(user):
        pre_save.connect(_remember, sender=model, dispatch_uid="instant.remember")
        post_save.connect(_user_saved, sender=model, dispatch_uid="instant.user")
    for model in _with_proxies(user):
        pre_delete.connect(_remember_id, sender=model, dispatch_uid="instant.user_id")
        post_delete.connect(_user_deleted, sender=model, dispatch_uid="instant.user")
    m2m_changed.connect(
        _channel_groups_changed, sender=Channel.groups.through, dispatch_uid="instant.groups"
    )
    if has_groups():
        through = user._meta.get_field("groups").remote_field.through
        m2m_changed.connect(_user_groups_changed, sender=through, dispatch_uid="instant.members")
        for model in _with_proxies(Group):
            pre_delete.connect(_remember_members, sender=model, dispatch_uid="instant.group")
            post_delete.connect(_group_deleted, sender=model, dispatch_uid="instant.group")


def _with_subclasses(model: type[Model]) -> list[type[Model]]:
    return [each for each in apps.get_models() if issubclass(each, model)]


def _with_proxies(model: type[Model]) -> list[type[Model]]:
    """Give a model and its proxies: what is deleted sends signals for each table it is in."""
    table = model._meta.concrete_model
    return [each for each in _with_subclasses(model) if each._meta.concrete_model is table]


def _logged_out(request: HttpRequest | None, user: AbstractBaseUser | None, **_: object) -> None:
    if user is None or not user.is_authenticated:
        return
    of = user_id_if_any(user)
    if of is None:
        return
    session = getattr(request, "session", None)
    if session is None or SESSION_KEY not in session:
        # Who came by a token has no session that Django would end.
        after_commit(None, lambda: cut_commands(of))
        return
    # Django ends the session after the signal; a page that is cut before it gets new tokens.
    _after_flush(session, lambda: after_commit(None, lambda: cut_commands(of)))


def _after_flush(session: Any, then: Callable[[], None]) -> None:
    flush = session.flush
    # Django has it from 5.0 on.
    aflush: Callable[[], Awaitable[None]] | None = getattr(session, "aflush", None)

    def flush_and_then() -> None:
        flush()
        then()

    session.flush = flush_and_then
    if aflush is not None:
        session.aflush = partial(_await_and_then, aflush, sync_to_async(then))


async def _await_and_then(*calls: Callable[[], Awaitable[None]]) -> None:
    for call in calls:
        await call()


def _remember(sender: Any, instance: Any, raw: bool, using: str, **given: Any) -> None:
    """Keep what the database has of an instance that is about to be saved."""
    instance.__dict__.pop(_BEFORE, None)
    if raw or instance.pk is None or not _concerns(sender, given.get("update_fields")):
        return
    before = sender._base_manager.using(using).filter(pk=instance.pk).first()
    if before is not None:
        instance.__dict__[_BEFORE] = before


def _concerns(model: Any, update_fields: Collection[str] | None) -> bool:
    """Tell whether access may change by what is saved: a login saves a date alone."""
    if update_fields is None:
        return True
    if model is Channel:
        return not {"name", "level", "is_active"}.isdisjoint(update_fields)
    source = settings.INSTANT_USER_ID
    of = model.USERNAME_FIELD if source is None else source
    return not isinstance(of, str) or not {*RIGHTS, of}.isdisjoint(update_fields)


def _user_saved(instance: Any, using: str, **_: object) -> None:
    before = instance.__dict__.pop(_BEFORE, None)
    if before is None:
        return
    old_id = user_id_if_any(before)
    if old_id is None:
        # Who had no id had no tokens.
        return
    was_cut = getattr(before, "is_active", True) and not getattr(instance, "is_active", True)
    if was_cut or old_id != user_id_if_any(instance):
        after_commit(using, lambda: cut_commands(old_id))
        return
    if any(
        getattr(before, right, False) and not getattr(instance, right, False) for right in RIGHTS
    ):
        seen = Channel.objects.for_user(before).values_list("name", flat=True)
        _take_from_users([instance], list(seen), using)


def _remember_id(instance: Any, **_: object) -> None:
    instance.__dict__[_BEFORE] = user_id_if_any(instance)


def _user_deleted(instance: Any, using: str, **_: object) -> None:
    of = instance.__dict__.pop(_BEFORE)
    if of is not None:
        after_commit(using, lambda: cut_commands(of))


def _user_groups_changed(
    instance: Any, action: str, reverse: bool, pk_set: set[Any] | None, using: str, **_: object
) -> None:
    """Take what the left groups gave, from one user or from several of one group."""
    if action == "pre_clear":
        left = _members(instance) if reverse else instance.groups
        instance.__dict__[_BEFORE] = set(left.values_list("pk", flat=True))
        return
    if action not in ("post_remove", "post_clear"):
        return
    keys = instance.__dict__.pop(_BEFORE, set()) if action == "post_clear" else pk_set or set()
    groups = [instance.pk] if reverse else list(keys)
    users = list(_users().filter(pk__in=list(keys))) if reverse else [instance]
    _take_from_users(users, _names_of_groups(groups), using)


def _users() -> QuerySet[Any]:
    model: Any = get_user_model()
    users: QuerySet[Any] = model._base_manager.all()
    return users


def _members(group: Group) -> QuerySet[Any]:
    return _users().filter(groups=group)


def _names_of_groups(groups: Iterable[Any]) -> list[str]:
    channels = Channel.objects.filter(groups__in=list(groups)).order_by("name").distinct()
    return list(channels.values_list("name", flat=True))


def _remember_members(instance: Group, **_: object) -> None:
    users = list(_members(instance))
    instance.__dict__[_BEFORE] = (users, _names_of_groups([instance.pk]))


def _group_deleted(instance: Group, using: str, **_: object) -> None:
    users, names = instance.__dict__.pop(_BEFORE)
    _take_from_users(users, names, using)


def _take_from_users(users: Iterable[AbstractBaseUser], names: list[str], using: str) -> None:
    """End users' subscriptions to those of some channels that they may no longer see."""

    def commands() -> list[Command]:
        found: list[Command] = []
        for user in users:
            of = user_id_if_any(user)
            if of is None:
                continue
            seen = set(Channel.objects.for_user(user).values_list("name", flat=True))
            lost = [name for name in names if name not in seen]
            found += unsubscribe_commands(of, lost)
        return found

    if names:
        after_commit(using, commands)


def _channel_saved(instance: Channel, using: str, **_: object) -> None:
    before: Channel | None = instance.__dict__.pop(_BEFORE, None)
    if before is None:
        return
    is_same = (before.name, before.level) == (instance.name, instance.level)
    if is_same and (instance.is_active or not before.is_active):
        return
    is_renamed = before.name != instance.name
    _take_from_channel(before.name, None if is_renamed else instance.pk, using)


def _channel_deleted(instance: Channel, using: str, **_: object) -> None:
    _take_from_channel(instance.name, None, using)


def _channel_groups_changed(
    instance: Any, action: str, reverse: bool, pk_set: set[Any] | None, using: str, **_: object
) -> None:
    if action == "pre_clear" and reverse:
        instance.__dict__[_BEFORE] = set(instance.channel_set.values_list("pk", flat=True))
    if action not in ("post_remove", "post_clear"):
        return
    if not reverse:
        _take_from_channel(instance.name, instance.pk, using)
        return
    keys = instance.__dict__.pop(_BEFORE, set()) if action == "post_clear" else pk_set or set()
    for channel in Channel.objects.filter(pk__in=keys):
        _take_from_channel(channel.name, channel.pk, using)


def _take_from_channel(name: str, key: Any, using: str) -> None:
    """End the subscriptions of who may not see a channel; of all, without its key."""

    def commands() -> list[Command]:
        there = _subscribers(name)
        channel = None if key is None else Channel.objects.filter(pk=key).first()
        staying = set() if channel is None else ids_that_may_see(channel, there)
        leaving = sorted(there - staying)
        return [command for each in leaving for command in unsubscribe_commands(each, [name])]

    after_commit(using, commands)


def _subscribers(name: str) -> set[str]:
    try:
        return {client.user for client in presence_of(name).values()}
    except RefusedError:
        # The engine does not keep who is there: it may be anybody.
        return set(all_ids())
