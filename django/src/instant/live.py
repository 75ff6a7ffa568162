"""Models that publish their changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeAlias, TypeVar

from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models, router, transaction
from django.db.models.signals import class_prepared, post_delete, post_save, pre_delete
from django.utils.module_loading import import_string

from instant.channels.resolve_name import resolve_name
from instant.models import OutboxEntry
from instant.outbox import outbox
from instant.publishing.delivery import is_durable, send_after_commit
from instant.publishing.envelope import Event, Publication, write_publication

Change: TypeAlias = Literal["create", "update", "delete"]
"""What happens to an object of a model."""

ChannelOf: TypeAlias = str | Callable[[Any], str | None]
"""A channel's name, or a function that gives one for an object, or None for no event."""

Serializer: TypeAlias = str | Callable[[Any], Any]
"""A class as those of Django REST Framework, made of an object and with its `data`; or its path."""

M = TypeVar("M", bound=type[models.Model])

CHANGES: tuple[Change, ...] = ("create", "update", "delete")
"""All changes."""


@dataclass(frozen=True)
class LiveOptions:
    """How a model publishes its changes: see `live`."""

    channel: ChannelOf
    on: Sequence[Change] = CHANGES
    fields: Sequence[str] = ()
    serializer: Serializer | None = None
    durable: bool | None = None

    def __post_init__(self) -> None:
        unknown = [each for each in self.on if each not in CHANGES]
        if isinstance(self.on, str) or unknown:
            raise ImproperlyConfigured(f"on is {self.on!r}: it must be some of {CHANGES}")
        if isinstance(self.fields, str):
            raise ImproperlyConfigured(f"fields is {self.fields!r}: it must be a list of names")
        if self.fields and self.serializer is not None:
            raise ImproperlyConfigured("Give fields or a serializer, not both")


def live(
    channel: ChannelOf,
    *,
    on: Sequence[Change] = CHANGES,
    fields: Sequence[str] = (),
    serializer: Serializer | None = None,
    durable: bool | None = None,
) -> Callable[[M], M]:
    """Have a model publish its changes to a channel, after the commit and in their order.

    An event's class is as ``order.create``, for the model ``Order``; its data are the object's
    primary key as ``id`` and the `fields`, or what the `serializer` makes of the object when it is
    saved. That an event can't be sent is logged, and saves and deletes go on; with `durable`, or
    `INSTANT_DURABLE`, it goes through the outbox. Changes without signals are not seen: those of
    ``QuerySet.update()`` and ``bulk_create()``, and of many-to-many fields.

    Raises ImproperlyConfigured for options that can't be.
    """
    options = LiveOptions(channel, on, fields, serializer, durable)

    def connect(model: M) -> M:
        _connect(model, options)
        return model

    return connect


class LiveModel(models.Model):
    """A model with the options of `live` in a class ``Live`` of its own.

    >>> class Order(LiveModel):
    ...     class Live:
    ...         channel = "orders"
    ...         fields = ("total",)
    """

    class Meta:
        abstract = True


_live: dict[type[models.Model], LiveOptions] = {}


def _connect(model: type[models.Model], options: LiveOptions) -> None:
    _live[model] = options
    uid = f"instant.live.{model._meta.label}"
    post_save.connect(partial(_saved, options), sender=model, weak=False, dispatch_uid=uid)
    pre_delete.connect(partial(_deleting, options), sender=model, weak=False, dispatch_uid=uid)
    post_delete.connect(partial(_deleted, options), sender=model, weak=False, dispatch_uid=uid)


def _prepared(sender: type[models.Model], **_: object) -> None:
    """Connect subclasses of `LiveModel`, and proxies of live models: they have own signals."""
    declared = sender.__dict__.get("Live")
    if declared is not None and issubclass(sender, LiveModel):
        given = {name: getattr(declared, name) for name in vars(declared) if name[0] != "_"}
        _connect(sender, LiveOptions(**given))
    elif sender._meta.proxy and sender._meta.concrete_model in _live:
        _connect(sender, _live[sender._meta.concrete_model])


class_prepared.connect(_prepared, dispatch_uid="instant.live")


def _saved(
    options: LiveOptions, instance: models.Model, created: bool, raw: bool, using: str, **_: object
) -> None:
    # A fixture's objects are no events.
    if not raw:
        _publish(options, instance, "create" if created else "update", using)


def _deleting(options: LiveOptions, instance: models.Model, using: str, **_: object) -> None:
    deferred = instance.get_deferred_fields()
    if deferred and "delete" in options.on:
        # Afterwards they can't be read any more.
        instance.refresh_from_db(using, fields=list(deferred))


def _deleted(options: LiveOptions, instance: models.Model, using: str, **_: object) -> None:
    _publish(options, instance, "delete", using)


def _publish(options: LiveOptions, instance: models.Model, change: Change, using: str) -> None:
    if change not in options.on:
        return
    channel = options.channel if isinstance(options.channel, str) else options.channel(instance)
    if channel is None:
        return
    model = instance._meta.concrete_model or type(instance)
    event_class = f"{model._meta.model_name}.{change}"
    data = _data(options, instance, using)
    name = resolve_name(channel)
    publication = write_publication(Event(name, event_class=event_class, data=data), name)
    if is_durable(options.durable):
        _put_into_outbox(publication, using)
    else:
        send_after_commit([publication], using)


def _put_into_outbox(publication: Publication, using: str) -> None:
    if using == router.db_for_write(OutboxEntry):
        outbox.add([publication])
        return
    # A transaction is of one database: what is rolled back in another is not to be told.
    transaction.on_commit(lambda: outbox.add([publication]), using=using, robust=True)


def _data(options: LiveOptions, instance: models.Model, using: str) -> Any:
    if options.serializer is not None:
        made: Any = options.serializer
        if isinstance(made, str):
            made = import_string(made)
        return made(instance).data
    data = {"id": instance.pk}
    for name in options.fields:
        data[name] = _value(instance, name, using)
    return data


def _value(instance: models.Model, name: str, using: str) -> Any:
    """Give the value of a field, or of an attribute of another name."""
    try:
        field = instance._meta.get_field(name)
    except FieldDoesNotExist:
        return getattr(instance, name)
    if not isinstance(field, models.Field):
        return getattr(instance, name)
    value = field.value_from_object(instance)
    if isinstance(field, models.ManyToManyField):
        return [each.pk for each in value]
    is_expression = hasattr(value, "resolve_expression")
    if is_expression or getattr(field, "generated", False):
        # As F("stock") - 1: only the database knows what it came to.
        saved = type(instance)._base_manager.using(using).filter(pk=instance.pk)
        return next(iter(saved.values_list(name, flat=True)), None if is_expression else value)
    return str(value) if isinstance(field, models.FileField) else value
