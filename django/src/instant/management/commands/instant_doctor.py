"""``manage.py instant_doctor``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from instant.doctor.broken_link import BrokenLinkError, Link
from instant.doctor.examine import examine


class Command(BaseCommand):
    """Publishes an event to itself, and says which link is broken when it doesn't arrive."""

    help = (
        "Publishes an event and receives it as a browser would, and says which link is broken when "
        "it doesn't arrive. Exit codes: "
        + ", ".join(f"{link.value} {link.name.lower().replace('_', ' ')}" for link in Link)
        + "."
    )
    # It says itself what is wrong, and is to say it of a site that is.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whose pages are tried."""
        parser.add_argument(
            "--origin", help="where a page comes from, as https://shop.example (those of settings)"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Examine."""

        def say(text: str) -> None:
            self.stdout.write(f"{self.style.SUCCESS('ok')}  {text}")

        try:
            examine(say, options["origin"])
        except BrokenLinkError as error:
            text = f"{error}.\n{error.cure}".rstrip()
            raise CommandError(text, returncode=error.link.value) from error
