"""``manage.py instant_outbox``."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from instant.conf import settings
from instant.errors import PublishError
from instant.outbox.dispatcher import Dispatcher, DispatcherOptions

_DEFAULTS = DispatcherOptions()


class Command(BaseCommand):
    """Delivers what durable publishing put into the outbox, until it is stopped."""

    help = (
        "Delivers the events of the outbox, in the order of each channel, until it is stopped. "
        "Several may run at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the options of a dispatcher."""
        parser.add_argument(
            "--once",
            action="store_true",
            help="deliver what waits now, and end; exit code 1 when the engine can't be asked",
        )
        parser.add_argument(
            "--lease",
            type=float,
            default=_DEFAULTS.lease,
            help="seconds that one which died keeps its entries (%(default)s)",
        )
        parser.add_argument(
            "--interval",
            type=float,
            default=_DEFAULTS.interval,
            help="seconds between looks at an empty outbox (%(default)s)",
        )
        parser.add_argument(
            "--tries",
            type=int,
            default=_DEFAULTS.tries,
            help="tries of an entry that the engine refuses (%(default)s)",
        )
        parser.add_argument(
            "--keep",
            type=float,
            default=_DEFAULTS.keep,
            help="seconds that delivered entries are kept (%(default)s)",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Deliver."""
        names = ("lease", "interval", "tries", "keep")
        try:
            dispatcher = Dispatcher(DispatcherOptions(**{name: options[name] for name in names}))
            url, _key = settings.CENTRIFUGO_URL, settings.CENTRIFUGO_API_KEY
        except ValueError as error:
            raise CommandError(str(error)) from error
        if options["once"]:
            try:
                count = dispatcher.deliver_pending()
            except PublishError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{count} delivered")
            return
        stop = threading.Event()

        def end(_signal: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        self.stdout.write(f"Delivering to {url}")
        self.stdout.flush()
        dispatcher.run(stop)
