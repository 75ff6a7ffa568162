"""``manage.py instant_channels``."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from instant.channels.channel_level import ChannelLevel
from instant.models import Channel


class Command(BaseCommand):
    """Lists and adds channels."""

    help = "Lists the site's channels, or adds one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what is to be done."""
        actions = parser.add_subparsers(dest="action", title="actions")
        actions.add_parser("list", help="list all channels by name; so without an action")
        add = actions.add_parser("add", help="add a channel")
        add.add_argument("name", help="a channel that is not public gets a $ before it")
        add.add_argument(
            "--level",
            choices=ChannelLevel.values,
            default=ChannelLevel.Superuser.value,
            help="who may see it (%(default)s)",
        )
        add.add_argument(
            "--group",
            action="append",
            default=[],
            metavar="NAME",
            help="a group whose members see it, whatever its level; may be given several times",
        )
        add.add_argument("--inactive", action="store_true", help="nobody may see it yet")

    def handle(self, *_: Any, **options: Any) -> None:
        """List or add."""
        if options["action"] == "add":
            self._add(options["name"], options["level"], options["group"], options["inactive"])
        else:
            self._list()

    def _list(self) -> None:
        channels = Channel.objects.order_by("name").prefetch_related("groups")
        rows = [
            (
                channel.name,
                channel.level,
                "active" if channel.is_active else "inactive",
                ", ".join(sorted(group.name for group in channel.groups.all())),
            )
            for channel in channels
        ]
        widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
        for row in rows:
            columns = [text.ljust(width) for text, width in zip(row, widths, strict=False)]
            self.stdout.write("  ".join([*columns, row[3]]).rstrip())

    def _add(self, name: str, level: str, group_names: list[str], is_inactive: bool) -> None:
        groups = [_group(each) for each in group_names]
        channel = Channel(name=name, level=level, is_active=not is_inactive)
        channel.normalize_name()
        if Channel.objects.filter(name=channel.name).exists():
            raise CommandError(f'There is a channel "{channel.name}" already')
        try:
            channel.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        with transaction.atomic():
            channel.save()
            channel.groups.set(groups)
        self.stdout.write(f"Added {channel.name}")


def _group(name: str) -> Group:
    try:
        return Group.objects.get(name=name)
    except Group.DoesNotExist as error:
        raise CommandError(f'There is no group "{name}"') from error
