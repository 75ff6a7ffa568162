"""What the app keeps in the database."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from instant.channels.channel_level import ChannelLevel
from instant.channels.channel_name import MAX_LENGTH, fault_of, private_name
from instant.channels.channel_queryset import ChannelQuerySet
from instant.channels.check_constraint import check_constraint


def new_idempotency_key() -> str:
    """Make an idempotency key."""
    return uuid.uuid4().hex


_ChannelManager = models.Manager.from_queryset(ChannelQuerySet)


class Channel(models.Model):
    """A channel that events are published to, and who may see it."""

    Level = ChannelLevel

    name = models.CharField(
        _("Name"),
        max_length=MAX_LENGTH,
        unique=True,
        help_text=_("ASCII, without #. A channel that is not public gets a $ before its name."),
    )
    level = models.CharField(
        _("Authorized for"),
        max_length=20,
        choices=ChannelLevel.choices,
        default=ChannelLevel.Superuser,
    )
    is_active = models.BooleanField(_("Active"), default=True)
    groups = models.ManyToManyField(Group, blank=True, verbose_name=_("Groups"))

    objects: ClassVar[_ChannelManager[Channel]] = _ChannelManager()

    class Meta:
        verbose_name = _("Channel")
        verbose_name_plural = _("Channels")
        constraints = (
            check_constraint(
                models.Q(level=ChannelLevel.Public) | models.Q(name__startswith="$"),
                name="instant_channel_private_name",
            ),
            check_constraint(
                models.Q(level__in=ChannelLevel.values), name="instant_channel_known_level"
            ),
        )

    def __str__(self) -> str:
        """Give the name."""
        return self.name

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save under a normalized name.

        Raises `ValidationError` for a name or a level that can't be, and `IntegrityError` for a
        name that another channel has. With `update_fields` only a name or a level among them is
        looked at.
        """
        if update_fields is not None:
            update_fields = set(update_fields)
            if update_fields.isdisjoint({"name", "level"}):
                super().save(*args, update_fields=update_fields, **kwargs)
                return
            # A new level may change the name with it.
            update_fields.add("name")
        self.prepare()
        super().save(*args, update_fields=update_fields, **kwargs)

    def normalize_name(self) -> None:
        """Put the ``$`` before the name unless the channel is public, which may keep one."""
        if self.level != ChannelLevel.Public:
            self.name = private_name(self.name)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check the fields, the name as it will be stored; `ValidationError` tells every fault."""
        # A name that was left blank stays blank, so that the field says so.
        if self.name != "":
            self.normalize_name()
        faults: dict[str, list[ValidationError]] = {}
        try:
            super().clean_fields(exclude)
        except ValidationError as error:
            faults = error.update_error_dict(faults)
        fault = fault_of(self.name)
        if fault is not None and "name" not in {*faults, *(exclude or ())}:
            faults["name"] = [_name_error(self.name, fault)]
        if faults:
            raise ValidationError(faults)

    def prepare(self) -> None:
        """Normalize the name; raises `ValidationError` for a name or a level that can't be."""
        self.normalize_name()
        fault = fault_of(self.name)
        if fault is not None:
            raise ValidationError({"name": _name_error(self.name, fault)})
        if self.level not in ChannelLevel.values:
            known = ", ".join(ChannelLevel.values)
            text = f'There is no level "{self.level}": take one of {known}'
            raise ValidationError({"level": text})


def _name_error(name: str, fault: str) -> ValidationError:
    return ValidationError(f'The channel name "{name}" {fault}', code="invalid")


class OutboxState(models.TextChoices):
    """What became of an entry of the outbox."""

    Pending = "pending"
    """It waits for the dispatcher."""
    Delivered = "delivered"
    """The engine took it."""
    Failed = "failed"
    """The engine will never take it as it is; what comes after it in its channel goes on."""


class OutboxEntry(models.Model):
    """An event that was accepted with the caller's transaction and is delivered after it.

    Entries of a channel are delivered in the order of their ids.
    """

    State = OutboxState

    channel = models.CharField(_("Channel"), max_length=255)
    envelope = models.TextField(_("Envelope"), help_text=_("The JSON that is published."))
    idempotency_key = models.CharField(max_length=64, unique=True, default=new_idempotency_key)
    state = models.CharField(
        _("State"), max_length=10, choices=OutboxState.choices, default=OutboxState.Pending
    )
    created_at = models.DateTimeField(_("Accepted"), default=timezone.now)
    due_at = models.DateTimeField(
        _("Due"), default=timezone.now, help_text=_("Not tried before, when a try has failed.")
    )
    delivered_at = models.DateTimeField(_("Delivered"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("Attempts"), default=0)
    last_error = models.TextField(_("Last error"), blank=True)
    claimed_by = models.CharField(max_length=64, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Outbox entry")
        verbose_name_plural = _("Outbox")
        indexes = (
            models.Index(fields=["state", "channel", "id"], name="instant_outbox_next"),
            models.Index(fields=["state", "due_at"], name="instant_outbox_due"),
        )

    def __str__(self) -> str:
        """Tell the id and the channel."""
        return f"{self.pk}: {self.channel}"
