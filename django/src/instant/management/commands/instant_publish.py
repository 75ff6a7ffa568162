"""``manage.py instant_publish``."""

from __future__ import annotations

import json
import shlex
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from instant.channels.resolve_name import channel_names, resolve_name
from instant.conf import SettingsError
from instant.errors import PublishError
from instant.producers import publish, publish_to


class Command(BaseCommand):
    """Publishes one event."""

    help = "Publishes an event to a channel, or to all connections of one user."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what an event carries."""
        parser.add_argument("channel", help="the channel, also without its $; or with --user an id")
        parser.add_argument("message", nargs="?", help="a text")
        parser.add_argument("--data", help="any JSON")
        parser.add_argument("--event-class", help="what kind of event it is")
        parser.add_argument("--bucket", default="", help="a label to sort events by")
        parser.add_argument("--site", help="the site's name, SITE_NAME unless said")
        parser.add_argument("--user", action="store_true", help="the channel is a user's id")
        parser.add_argument("--durable", action="store_true", help="put it into the outbox")

    def handle(self, *_: Any, **options: Any) -> None:
        """Publish."""
        name: str = options["channel"]
        event: dict[str, Any] = {
            "event_class": options["event_class"],
            "data": _json(options["data"]),
            "bucket": options["bucket"],
            "site": options["site"],
            "durable": options["durable"] or None,
        }
        send = publish_to if options["user"] else publish
        try:
            send(name, options["message"], **event)
        except (PublishError, SettingsError, ValueError) as error:
            raise CommandError(str(error)) from error
        if options["user"]:
            self.stdout.write(f"Published to user {name}")
            return
        found = resolve_name(name)
        self.stdout.write(f"Published to {found}")
        if found not in channel_names.current():
            self.stderr.write(
                f'There is no channel "{found}", so that nobody sees it: `python manage.py '
                f"instant_channels add {shlex.quote(found)} --level users` adds one"
            )


def _json(text: str | None) -> Any:
    try:
        return None if text is None else json.loads(text)
    except ValueError as error:
        raise CommandError(f"--data is no JSON: {error}") from error
